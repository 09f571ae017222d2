/** @module Requests to the API server: JSON in and out, a few at a time, and again where the server asks for patience. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord } from '../tree/index-file';

/** What the server said. */
export interface Answer {
  readonly status: number;
  /** JSON, or undefined where the answer is none. */
  readonly body: unknown;
  /** Why it did not do it: `Forbidden: configmaps is forbidden: User …`. */
  readonly reason: string;
}

/** How something is asked. */
export interface Ask {
  /** @default 'GET' */
  readonly method?: 'GET' | 'PATCH';
  readonly path: string;
  /** What the answer may be. @default 'application/json' */
  readonly accept?: string;
  /** An object to apply. */
  readonly apply?: string;
}

const AT_ONCE = 16;
const TIMEOUT_MS = 60_000;
const TRIES = 6;

/** The API of one cluster. */
export class Api {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

  /** By the Unix socket of a proxy. */
  constructor(private readonly socket: string) {}

  /** Asks, and waits where the server is busy. @throws when nobody answers */
  async ask(ask: Ask): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await this.once(ask);
      const isBusy = answer.status === 429 || answer.status === 503;
      if (!isBusy || tries === TRIES) return answer;
      await sleep(250 * 2 ** tries);
    }
  }

  /** Answers to all in their order, a few at a time. */
  async all<T, R>(items: readonly T[], each: (item: T) => Promise<R>): Promise<readonly R[]> {
    const results: R[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < items.length) {
        const index = next++;
        results[index] = await each(items[index] as T);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return results;
  }

  close(): void {
    this.agent.destroy();
  }

  private once({ method = 'GET', path, accept, apply }: Ask): Promise<Answer> {
    const headers = {
      Accept: accept ?? 'application/json',
      // JSON is YAML.
      ...(apply === undefined ? {} : { 'Content-Type': 'application/apply-patch+yaml' }),
    };
    return new Promise((done, failed) => {
      const outgoing = request({
        socketPath: this.socket,
        agent: this.agent,
        host: 'localhost',
        timeout: TIMEOUT_MS,
        method,
        path,
        headers,
      });
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', failed);
        response.on('end', () =>
          done(answerOf(response.statusCode ?? 0, Buffer.concat(chunks).toString())),
        );
      });
      outgoing.on('timeout', () =>
        outgoing.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)),
      );
      outgoing.on('error', failed);
      outgoing.end(apply);
    });
  }
}

function answerOf(status: number, text: string): Answer {
  const body = parsed(text);
  const told: Readonly<Record<string, unknown>> = isRecord(body) ? body : {};
  const message = typeof told.message === 'string' ? told.message : text.trim();
  const reason = typeof told.reason === 'string' ? told.reason : `status ${status}`;
  return { status, body, reason: `${reason}: ${message}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
