// What browser and window specs share: the program under test, folders of their own, evidence, waiting.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The root of the project. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The program under test; `cargo xtask test` names it. */
export const BINARY = process.env.HAETAE_BINARY ?? fail('HAETAE_BINARY is not set: run the specs with `cargo xtask test --only browser` or `--only window`');

function fail(message) {
  throw new Error(message);
}

const endings = new WeakMap();

/** Does something when the test ends, the last thing first (Node's own hooks run in the order they were added). */
export function atEnd(t, work) {
  if (!endings.has(t)) {
    endings.set(t, []);
    t.after(async () => {
      const failures = [];
      for (const end of endings.get(t).reverse()) {
        try {
          await end();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'the test did not end cleanly');
    });
  }
  endings.get(t).push(work);
}

/** Makes a folder for one test and removes it when the test ends. */
export async function temporaryFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), 'haetae-test-'));
  atEnd(t, () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** The file for a picture of what happened; `cargo xtask test` prints the folder when something failed. */
export function evidence(name) {
  return join(process.env.HAETAE_EVIDENCE ?? tmpdir(), `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.png`);
}

/** A file of the shared test data, or null with the test skipped where there is none. */
export function sharedFile(t, path) {
  if (process.env.HAETAE_SHARED) return join(process.env.HAETAE_SHARED, path);
  t.skip('no shared test data: set HAETAE_SHARED');
  return null;
}

/** Runs `haetae` to its end. */
export async function haetae(args, { data, input = '', env = {} } = {}) {
  const child = spawn(BINARY, args, { cwd: ROOT, env: { ...process.env, ...(data ? { HAETAE_DATA: data } : {}), ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => { stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text; });
  child.stdin.on('error', () => {}); // A program that does not read its input may end before it is written.
  child.stdin.end(input);
  const code = await new Promise((done, reject) => child.on('error', reject).on('close', done));
  return { code, stdout, stderr };
}

/** Waits until `probe` returns something; an exception counts as "not yet" and is told when time is up. */
export async function until(what, probe, { timeout = 20_000, interval = 50 } = {}) {
  const end = Date.now() + timeout;
  let last;
  do {
    try {
      const value = await probe();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await pause(interval);
  } while (Date.now() < end);
  throw new Error(`waited ${timeout / 1000} s in vain until ${what}`, { cause: last });
}

/** A port nobody listens on now. */
export async function freePort() {
  const server = createServer();
  await new Promise((done, reject) => server.on('error', reject).listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => { server.close(done); });
  return port;
}

/** A child process whose output is kept for the error message and whose end can be waited for. */
export class Process {
  constructor(command, args, options) {
    this.stdout = '';
    this.output = ''; // Both streams, for people.
    this.child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => { this.output += text; });
    }
    this.child.stdout.on('data', (text) => { this.stdout += text; });
    this.ended = new Promise((done) => {
      this.child.on('error', (error) => done(`did not start: ${error.message}`));
      this.child.on('close', (code, signal) => done(`ended with ${signal ?? code}`));
    });
    this.running = true;
    this.ended.then(() => { this.running = false; });
  }

  /** Waits until `probe` returns something, or fails at once when the process ends before. */
  async ready(what, probe, options) {
    return until(what, probe, options).catch((error) => {
      throw new Error(`${error.message}\n${this.output}`, { cause: error });
    });
  }

  async stop(signal = 'SIGTERM') {
    if (this.running) this.child.kill(signal);
    const patience = new AbortController();
    pause(10_000, undefined, { signal: patience.signal }).then(() => this.child.kill('SIGKILL'), () => {});
    await this.ended;
    patience.abort();
  }
}

/** Reads JSON. */
export async function readJson(path) {
  return JSON.parse(await readFile(path, 'utf8'));
}
