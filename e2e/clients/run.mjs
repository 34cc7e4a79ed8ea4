// Each client sends 1,000 events through a wire that is cut after the first answers: the server
// is killed when it has written them down and the client has not heard so. Each event is to
// arrive exactly once. `node run.mjs rudder` runs the clients that have the word.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { join } from 'node:path'

import { launch } from '../lib/browser.mjs'
import { Program } from '../lib/program.mjs'

const here = new URL('.', import.meta.url).pathname
const COUNT = 1000
const CLIENTS = ['segment-python', 'rudder-python', 'segment-node', 'rudder-node', 'segment-browser']
const words = process.argv.slice(2)

function must(command, args) {
  const { status, stderr } = spawnSync(command, args, { cwd: here, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

function install() {
  if (!existsSync(join(here, 'node_modules'))) must('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'])
  if (!existsSync(join(here, 'python/bin/python'))) {
    must('python3', ['-m', 'venv', 'python'])
    must('python/bin/pip', ['install', '--quiet', '-r', 'requirements.txt'])
  }
}

/** Passes everything on. The answers of the requests whose turn it is are lost, with the server. */
class Wire {
  seen = 0
  kills = 0

  static async over(program, killAt) {
    const it = new Wire()
    it.program = program
    it.killAt = killAt
    it.server = createServer((ask, answer) => it.pass(ask, answer))
    await new Promise((done) => it.server.listen(0, '127.0.0.1', done))
    it.url = `http://127.0.0.1:${it.server.address().port}`
    return it
  }

  pass(ask, answer) {
    const chunks = []
    ask.on('data', (chunk) => chunks.push(chunk))
    ask.on('end', () => this.on(ask, Buffer.concat(chunks), answer))
  }

  on(ask, body, answer) {
    const { hostname, port } = new URL(this.program.url)
    // Its own name goes on, so that a browser is told to come back to us.
    const to = request({ hostname, port, method: ask.method, path: ask.url, headers: ask.headers }, (from) => {
      const parts = []
      from.on('data', (part) => parts.push(part))
      from.on('end', async () => {
        const isEvent = ask.method === 'POST' && from.statusCode === 200
        if (isEvent && this.killAt.has(++this.seen)) {
          this.kills += 1
          ask.socket.destroy()
          this.coming = this.program.crash()
          await this.coming
          return
        }
        answer.writeHead(from.statusCode, from.headers)
        answer.end(Buffer.concat(parts))
      })
      from.on('error', () => ask.socket.destroy())
    })
    to.on('error', () => ask.socket.destroy())
    to.end(body)
  }

  async close() {
    this.server.closeAllConnections()
    await new Promise((done) => this.server.close(done))
  }
}

function send(client, url, key) {
  const [command, script] = client.endsWith('python') ? ['python/bin/python', 'send.py'] : ['node', 'send.mjs']
  return new Promise((done, fail) => {
    const child = spawn(command, [script, client, url, key, String(COUNT)], { cwd: here, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`${client} ended with ${code}`))))
  })
}

/** analytics.js in a page of another origin, sending with fetch as it does. */
async function browse(url, key, arrived) {
  const umd = await readFile(join(here, 'node_modules/@segment/analytics-next/dist/umd/index.js'), 'utf8')
  const site = createServer((ask, answer) => {
    const file = ask.url === '/a.js' ? umd : '<!doctype html><title>A shop</title><script src="/a.js"></script>'
    answer.writeHead(200, { 'content-type': ask.url === '/a.js' ? 'text/javascript' : 'text/html' })
    answer.end(file)
  })
  await new Promise((done) => site.listen(0, '127.0.0.1', done))
  const browser = await launch()
  try {
    const page = await browser.newPage()
    page.on('pageerror', (error) => console.error(String(error)))
    await page.goto(`http://localhost:${site.address().port}/`)
    await page.evaluate(async ([url, key, count]) => {
      const { AnalyticsBrowser } = window.AnalyticsNext
      const it = AnalyticsBrowser.load({ writeKey: key, cdnURL: url })
      await it.ready()
      await it.identify('segment-browser-user', { name: 'User of segment-browser' })
      await it.group('segment-browser-firm', { name: 'Firm of segment-browser' })
      for (let n = 0; n < count; n++) void it.track('segment-browser', { n })
    }, [url, key, COUNT])
    // It tries again by itself, with pauses, as long as the page is open.
    await arrived()
  } finally {
    await browser.close()
    site.closeAllConnections()
    site.close()
  }
}

async function count(program, token, client, by) {
  const path = `/api/v1/usage/events?event=${client}&group_by=${by}`
  const answer = await fetch(program.url + path, { headers: { authorization: `Bearer ${token}` } })
  return answer.json()
}

/** As long as events still come, at most two minutes. */
async function all(program, token, client) {
  for (let n = 0; n < 240; n++) {
    const { total } = await count(program, token, client, 'event').catch(() => ({ total: 0 }))
    if (total >= COUNT) return
    await new Promise((done) => setTimeout(done, 500))
  }
}

/** Counts are there within a second or so; a retry that is still under way would add to them. */
async function settled(program, token, client) {
  await all(program, token, client)
  await new Promise((done) => setTimeout(done, 3_000))
  return count(program, token, client, 'account')
}

async function token(program) {
  await program.run(['agent', 'add', '--name', 'Ada', '--email', 'ada@tend.test', '--role', 'admin'], 'ein ruhiger Fluss\n')
  return program.run(['token', 'create', '--agent', 'ada@tend.test', '--name', 'clients'])
}

async function run(client) {
  const program = await Program.start()
  try {
    const key = await token(program)
    const made = await fetch(`${program.url}/api/v1/sources`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: client, kind: 'tracking' }),
    })
    const { write_key: writeKey } = await made.json()
    const wire = await Wire.over(program, new Set([2, 5]))
    await (client === 'segment-browser' ? browse(wire.url, writeKey, () => all(program, key, client)) : send(client, wire.url, writeKey))
    const said = await settled(program, key, client)
    await wire.close()
    const firm = said.items?.[0]?.account?.name
    if (said.total !== COUNT || firm !== `Firm of ${client}` || wire.kills === 0) {
      throw new Error(`${said.total} events of ${COUNT}, of ${firm}, ${wire.kills} kills: ${JSON.stringify(said.items)}`)
    }
    return `${said.total} events once each, ${wire.seen} requests, killed ${wire.kills} times`
  } finally {
    await program.stop()
  }
}

install()
let [passed, failed] = [0, 0]
for (const client of CLIENTS.filter((it) => words.every((word) => it.includes(word)))) {
  const began = Date.now()
  try {
    const said = await run(client)
    passed += 1
    console.log(`ok    ${((Date.now() - began) / 1000).toFixed(1)} s  ${client}: ${said}`)
  } catch (error) {
    failed += 1
    console.log(`FAILED  ${client}: ${error.stack ?? error}`)
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
