/** Tells a measured figure to whoever runs the tests, without the place that Jest's console adds to it. */
export function report(figure: string): void {
  process.stderr.write(`  ◦ ${figure}\n`);
}
