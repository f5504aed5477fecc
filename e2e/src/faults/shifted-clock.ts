// Loaded before a service (`node --import shifted-clock.ts?minutes=10`): its clock is wrong by so much.
const shiftMs = Number(new URL(import.meta.url).searchParams.get('minutes')) * 60_000;
if (!Number.isFinite(shiftMs)) throw new Error('Say by how many minutes: ?minutes=10');

const TrueDate = Date;

class ShiftedDate extends TrueDate {
  constructor(...parts: unknown[]) {
    if (parts.length === 0) super(TrueDate.now() + shiftMs);
    else super(...(parts as [number]));
  }

  static override now(): number {
    return TrueDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
