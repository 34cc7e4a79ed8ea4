// A mail server that takes whatever comes, and keeps it.

import { createServer } from 'node:net'

export class Mailbox {
  mails = []

  static async open() {
    const box = new Mailbox()
    box.server = createServer((socket) => box.talk(socket))
    await new Promise((done) => box.server.listen(0, '127.0.0.1', done))
    box.port = box.server.address().port
    return box
  }

  talk(socket) {
    let [held, data] = ['', null]
    const say = (text) => socket.write(`${text}\r\n`)
    socket.on('error', () => {})
    say('220 mailbox.test')
    socket.on('data', (bytes) => {
      held += bytes.toString('latin1')
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end)
        held = held.slice(end + 2)
        if (data !== null && line === '.') {
          this.mails.push(data.join('\r\n'))
          data = null
          say('250 kept')
        } else if (data !== null) {
          data.push(line.replace(/^\./, ''))
        } else if (/^DATA/i.test(line)) {
          data = []
          say('354 go on')
        } else if (/^QUIT/i.test(line)) {
          say('221 bye')
          socket.end()
        } else {
          say('250 fine')
        }
      }
    })
  }

  /** The newest mail of which this is true, once it has come: its text as people read it. */
  async mail(fits, within = 60_000) {
    const until = Date.now() + within
    for (;;) {
      const found = this.mails.map(readable).findLast(fits)
      if (found) return found
      if (Date.now() > until) throw new Error(`No such mail among ${this.mails.length}.`)
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  close() {
    this.server.close()
  }
}

/** Soft line breaks and quoted bytes undone, and folded headers in one line. */
function readable(raw) {
  const [head, ...body] = raw.split('\r\n\r\n')
  const text = body.join('\r\n\r\n').replaceAll('=\r\n', '')
  const bytes = text.replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return { head: head.replaceAll(/\r\n[ \t]+/g, ' '), text: Buffer.from(bytes, 'latin1').toString('utf8') }
}

/** Presses “Keep”, and waits until it is kept. */
export async function keeps(page) {
  const kept = page.waitForResponse((it) => it.request().method() === 'POST')
  await page.getByRole('button', { name: 'Keep' }).click()
  await kept
}

/** An inbox whose mails all come to this mailbox, in a company that knows its address. */
export async function sendsTo(desk, page, api, box) {
  await page.goto('/settings/company')
  await page.locator('input[name=company]').fill('Kestrel')
  await page.getByLabel('Address of this Tend').fill(desk.url)
  await keeps(page)
  const inbox = await api('POST', '/inboxes', { name: 'Support', channel: 'email', address: 'support@tend.test' })
  await api('PUT', `/inboxes/${inbox.id}/mail-servers/smtp`, {
    host: '127.0.0.1', port: box.port, security: 'none', auth: 'none',
  })
  return inbox
}
