/** @module Programs on a terminal: Python's pseudo terminal, and the screen that its output leaves. */
import { spawn, spawnSync } from 'node:child_process';

/** Whether this machine has Python, without which there is no terminal; CI has it. */
export const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;

/** Runs the rest of its arguments on a terminal of so many columns. */
const RUNNER = `
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
while True:
    try: data = os.read(fd, 65536)
    except OSError: break
    if not data: break
    os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** What a program has left. */
export interface Shown {
  readonly code: number | null;
  /** All bytes that came to the terminal. */
  readonly text: string;
  /** Its lines, as someone sees them at the end. */
  readonly screen: string;
}

/** Runs a program by Node on a terminal. */
export function onTerminal(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  columns = 80,
): Promise<Shown> {
  const python = ['-c', RUNNER, String(columns), process.execPath, ...args];
  const environment = { ...process.env, TERM: 'xterm', ...env };
  return new Promise((done) => {
    const child = spawn('python3', python, { cwd, env: environment });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.once('close', (code) => done({ code, text, screen: screenOf(text) }));
  });
}

/** Lines after carriage returns and erasures have done their work. */
function screenOf(text: string): string {
  return text.split('\n').map(lineOf).join('\n');
}

export const ESCAPE = '\u001b';
const TOKEN = new RegExp(`\r|${ESCAPE}\\[[\\d;]*[mK]|[^]`, 'g');

function lineOf(text: string): string {
  let line = '';
  let column = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '\r') column = 0;
    else if (token === `${ESCAPE}[K`) line = line.slice(0, column);
    else if (token.length === 1) {
      line = line.slice(0, column) + token + line.slice(column + 1);
      column++;
    }
  }
  return line;
}
