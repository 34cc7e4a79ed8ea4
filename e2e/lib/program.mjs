// A Tend of its own for each journey: a fresh folder, a free port.

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..')
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target')
const binary = process.env.TEND_BIN ?? join(target, 'debug', 'tend')

export class Program {
  /** Starts it and waits until it has said where it is. */
  static async start(...args) {
    if (!existsSync(binary)) throw new Error(`There is no ${binary}. Build it first: cargo build`)
    const program = new Program()
    program.folder = await mkdtemp(join(tmpdir(), 'tend-e2e-'))
    program.args = args
    await program.serve('127.0.0.1:0')
    return program
  }

  async serve(listen) {
    this.log = ''
    this.child = spawn(binary, ['serve', '--listen', listen, ...this.args], { env: this.env() })
    this.ended = new Promise((done) => this.child.on('exit', done))
    this.child.stderr.on('data', (text) => { this.log += text })
    for await (const line of createInterface({ input: this.child.stdout })) {
      const found = line.match(/ is at (http:\/\/[^ ]+)/)
      if (found) {
        this.url = found[1]
        this.child.stdout.resume()
        return
      }
    }
    throw new Error(`Tend did not start:\n${this.log}`)
  }

  env() {
    // Mail servers of journeys are on this machine.
    const own = { TEND_DATA: join(this.folder, 'data'), TEND_LOG_FORMAT: 'text', TEND_OUTSIDE_ALLOW: '127.0.0.1' }
    return { ...process.env, ...own }
  }

  /** Runs a command of the program; answers with what it printed. */
  run(args, input = '') {
    return new Promise((done, fail) => {
      const child = spawn(binary, args, { env: this.env() })
      let [out, err] = ['', '']
      child.stdout.on('data', (text) => { out += text })
      child.stderr.on('data', (text) => { err += text })
      child.on('exit', (code) => (code === 0 ? done(out.trim()) : fail(new Error(err.trim()))))
      child.stdin.end(input)
    })
  }

  /** Ends as a crash would, and comes back at the same address. */
  async crash() {
    this.child.kill('SIGKILL')
    await this.ended
    await this.serve(new URL(this.url).host)
  }

  async stop() {
    this.child.kill('SIGTERM')
    await this.ended
    await rm(this.folder, { recursive: true, force: true })
  }
}
