/** Tells the parent the port, and after each question how much CPU this process has used, in microseconds. */
export function measured(port: number): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicroseconds: user + system });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port });
}
