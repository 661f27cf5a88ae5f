/**
 * Lets a command finish its work and keep its exit code when nobody takes its output.
 *
 * A reader that closes the pipe early, such as `head`, has what it wanted. Any other failure, such as a full disk, is
 * told in a sentence and makes success a failure: whoever reads the file later must not take a part for the whole.
 */
export function surviveUnwritableOutput(program: NodeJS.Process): void {
  program.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    program.stderr.write(`Error: The output could not be written: ${error.message} [OUTPUT_NOT_WRITTEN]\n`);
    // The command may still be at work, and sets its own code at the end.
    program.once('exit', (code) => {
      program.exitCode = code || 1;
    });
  });
  // There is nobody left to tell.
  program.stderr.on('error', () => undefined);
}
