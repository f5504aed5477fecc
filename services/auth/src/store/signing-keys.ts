import { bytesColumn, instantColumn, jsonColumn, textColumn } from '@finflow/chassis/database/columns';
import type { JWK } from 'jose';
import { EntitySchema } from 'typeorm';

export interface SigningKeyRow {
  keyId: string;
  publicJwk: JWK;
  privateKeySealed: Buffer;
  signsFrom: Date;
  /** Null while the key is the newest. */
  verifiesUntil: Date | null;
  createdAt: Date;
}

export const signingKeys = new EntitySchema<SigningKeyRow>({
  name: 'signing_keys',
  columns: {
    keyId: textColumn({ primary: true }),
    publicJwk: jsonColumn(),
    privateKeySealed: bytesColumn(),
    signsFrom: instantColumn(),
    verifiesUntil: instantColumn({ nullable: true }),
    createdAt: instantColumn(),
  },
});
