export * from './caller.ts';
export { TokenVerifier, type TokenVerifierOptions } from './token-verifier.ts';
