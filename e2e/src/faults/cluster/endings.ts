/** Which processes ended, held against those that somebody killed: all others ended by themselves. */
export class Endings {
  /** Kills whose effect has not been seen yet. */
  readonly #kills = new Map<string, number>();
  readonly #unexplained: string[] = [];

  /** A running process was sent SIGKILL. */
  killed(name: string): void {
    this.#kills.set(name, (this.#kills.get(name) ?? 0) + 1);
  }

  /** A process ended, or could not start, and `how` says in what way. */
  ended(name: string, how: string): void {
    const kills = this.#kills.get(name) ?? 0;
    if (kills > 0 && how.includes('was ended by SIGKILL')) this.#kills.set(name, kills - 1);
    else this.#unexplained.push(how.startsWith(name) ? how : `${name} ${how}`);
  }

  /** What nobody did, since the last time this was asked. */
  takeUnexplained(): string[] {
    return this.#unexplained.splice(0);
  }
}
