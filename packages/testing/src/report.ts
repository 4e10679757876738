/** Prints a measured figure, without the source location that Jest's console adds. */
export function report(figure: string): void {
  process.stderr.write(`  ◦ ${figure}\n`);
}
