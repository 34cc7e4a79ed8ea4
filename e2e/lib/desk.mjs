// What a journey has in its hands: a Tend, a page in a browser, and checks.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

export const password = 'ein ruhiger Fluss'

export class Desk {
  constructor(program, browser) {
    Object.assign(this, { program, browser, problems: [], contexts: [] })
  }

  get url() {
    return this.program.url
  }

  /** A page of somebody's own browser. What goes wrong in it fails the journey. */
  async browse(options = {}) {
    const context = await this.browser.newContext({
      baseURL: this.url,
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      // Colours that are on their way are nobody's colours.
      reducedMotion: 'reduce',
      ...options,
    })
    context.setDefaultTimeout(60_000)
    this.contexts.push(context)
    const page = await context.newPage()
    page.on('pageerror', (error) => this.problems.push(`${page.url()}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error' && !this.expected(message)) {
        this.problems.push(`${page.url()}: ${message.text()}`)
      }
    })
    return page
  }

  /** The browser complains of every answer that is a refusal; some journeys ask for one. */
  expected(message) {
    const refused = /status of (401|403|404|409|422|429)/
    const away = /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED)/
    // Whoever leaves a page ends what it was fetching. A server that is away says so otherwise.
    const left = /htmx:error: (Failed to fetch|signal is aborted)/
    const text = message.text()
    return refused.test(text) || left.test(text) || (this.crashed && away.test(text))
  }

  /** Tend ends without a word and comes back; open pages notice on their own. */
  async crash() {
    this.crashed = true
    await this.program.crash()
  }

  /** An agent who can sign in, made on the command line. */
  async agent(name, role = 'agent') {
    const email = `${name.toLowerCase()}@tend.test`
    const args = ['agent', 'add', '--email', email, '--name', name, '--role', role]
    await this.program.run(args, `${password}\n`)
    return email
  }

  async signIn(page, email) {
    await page.goto('/')
    await page.getByLabel('Email').fill(email)
    await page.locator('input[type=password]').fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  }

  /** The API as an agent: `await api('POST', '/conversations', {…})`. */
  async api(email) {
    const token = await this.program.run(['token', 'create', '--agent', email, '--name', 'journey'])
    return async (method, path, body) => {
      const answer = await fetch(`${this.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
        },
        body: body && JSON.stringify(body),
      })
      const text = await answer.text()
      assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
      return text ? JSON.parse(text) : null
    }
  }

  /** WCAG 2.2 AA in light and dark, and nothing that sticks out on a phone. */
  async check(page, what) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate(axe)
      const run = `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })`
      const { violations } = await page.evaluate(run)
      const lines = violations.map((it) => {
        const places = it.nodes.slice(0, 4).map((node) => `    ${node.target.join(' ')}`)
        return `${it.id}: ${it.help}\n${places.join('\n')}`
      })
      assert.equal(lines.join('\n'), '', `${what}, ${colorScheme}`)
    }
    await page.emulateMedia({ colorScheme: null })
  }

  async fits(page, what, width = 360) {
    const before = page.viewportSize()
    await page.setViewportSize({ width, height: 740 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= width, `${what} is ${wide} px wide on a screen of ${width}`)
    await page.setViewportSize(before)
  }

  async close() {
    for (const context of this.contexts) await context.close()
  }
}

/** Waits for something that will become true; for what no page shows. */
export async function until(what, test, seconds = 60) {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const it = await test()
    if (it) return it
    assert.ok(Date.now() < end, `it never came: ${what}`)
    await new Promise((again) => setTimeout(again, 50))
  }
}
