import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Sealer, UnknownSealedFormat } from '../src/sealer.ts';

const first = { id: '2026-01', key: randomBytes(32) };
const second = { id: '2026-07', key: randomBytes(32) };
const sealer = new Sealer([first]);

describe('sealed data', () => {
  it('opens to what was sealed, and only in its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, place) => {
        // A lone surrogate is no text that could come from anywhere; UTF-8 replaces it.
        const plaintext = text.toWellFormed();
        const sealed = sealer.seal(plaintext, place);
        expect(sealer.open(sealed, place)).toBe(plaintext);
        expect(() => sealer.open(sealed, `${place}x`)).toThrow();
      }),
    );
  });

  it('shows nothing of it, and never looks the same twice', () => {
    const sealed = sealer.seal('tok_visa', 'here');
    expect(sealed.toString('latin1')).not.toContain('tok_visa');
    expect(sealer.seal('tok_visa', 'here').equals(sealed)).toBe(false);
  });

  it('does not open with any bit changed', () => {
    const sealed = sealer.seal('tok_visa', 'here');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const altered = Buffer.from(sealed);
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => sealer.open(altered, 'here')).toThrow();
    }
  });

  it('of an unknown format is told apart from what another key sealed', () => {
    const sealed = sealer.seal('tok_visa', 'here');
    const newer = Buffer.from(sealed);
    newer[0] = 2;
    for (const unknown of [newer, sealed.subarray(0, 12), Buffer.alloc(0)]) {
      expect(() => sealer.open(unknown, 'here')).toThrow(UnknownSealedFormat);
    }
    for (const other of [second, { ...second, id: first.id }]) {
      expect(() => new Sealer([other]).open(sealed, 'here')).not.toThrow(UnknownSealedFormat);
      expect(() => new Sealer([other]).open(sealed, 'here')).toThrow();
    }
  });

  it('opens after its key was followed by a newer one, which seals from then on', () => {
    const old = sealer.seal('old', 'here');
    const rotated = new Sealer([second, first]);
    expect(rotated.open(old, 'here')).toBe('old');
    const fresh = rotated.seal('new', 'here');
    expect(() => sealer.open(fresh, 'here')).toThrow('"2026-07"');
    expect(new Sealer([second]).open(fresh, 'here')).toBe('new');
  });

  it('needs keys of 32 bytes with names of their own', () => {
    expect(() => new Sealer([])).toThrow();
    expect(() => new Sealer([{ id: 'a', key: randomBytes(16) }])).toThrow('32 bytes');
    expect(() => new Sealer([first, { ...second, id: first.id }])).toThrow('same id');
  });
});
