import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { until } from '../lib/desk.mjs'

/** An agent, an inbox, and a way to write as a customer. */
async function ready(desk, channel = 'email') {
  const email = await desk.agent('Anna', 'admin')
  const api = await desk.api(email)
  const address = channel === 'email' ? 'support@kestrel.example' : 'support'
  const inbox = await api('POST', '/inboxes', { name: 'Support', address, channel })
  const write = channel === 'email' ? byMail(desk, api, address) : (who, subject, text) =>
    api('POST', '/conversations', {
      inbox: inbox.id,
      contact: { email: `${who.toLowerCase()}@customer.example`, name: who },
      subject,
      message: { direction: 'inbound', text },
    })
  const page = await desk.browse()
  await desk.signIn(page, email)
  return { api, write, page }
}

/** A customer writes a mail; answers with its conversation. */
function byMail(desk, api, address) {
  return async (who, subject, text) => {
    const file = join(desk.program.folder, `${who}.eml`)
    const from = `${who} <${who.toLowerCase()}@customer.example>`
    const head = [`From: ${from}`, `To: ${address}`, `Subject: ${subject}`, `Message-ID: <${who}@customer.example>`]
    await writeFile(file, [...head, '', text, ''].join('\r\n'))
    await desk.program.run(['import', 'mail', file, '--inbox', address])
    const { items } = await api('GET', '/conversations')
    return items.find((it) => it.subject === subject)
  }
}

/** A mail that shows a picture, with a file beside it. */
function withPicture(subject) {
  const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  const part = (head, body) => ['--edge', ...head, '', body]
  const html = '<p>It looks like this:</p><p><img src="cid:plate@customer.example" alt="The plate"></p>'
  return [
    'From: Carol <carol@customer.example>', 'To: support@kestrel.example', `Subject: ${subject}`,
    'Message-ID: <picture@customer.example>', 'MIME-Version: 1.0', 'Content-Type: multipart/related; boundary=edge', '',
    ...part(['Content-Type: text/html; charset=utf-8'], html),
    ...part(['Content-Type: image/png; name=plate.png', 'Content-ID: <plate@customer.example>', 'Content-Disposition: inline; filename=plate.png', 'Content-Transfer-Encoding: base64'], picture),
    '--edge--', '',
  ].join('\r\n')
}

/** Opens it and has the caret in the answer. */
async function answering(page, id) {
  await page.goto(`/conversations/${id}?view=all`)
  await page.locator('.composer.has-editor').waitFor()
  await page.keyboard.press('r')
  await page.locator('[contenteditable=true]:focus').waitFor()
}

const outbound = async (api, id) => {
  const { items } = await api('GET', `/conversations/${id}/messages`)
  return items.filter((it) => it.direction === 'outbound')
}

export default {
  async 'an answer is taken back before it leaves, and its text is there again'(desk) {
    const { api, write, page } = await ready(desk)
    const { id } = await write('Carol', 'Too quick', 'When does it come?')
    await answering(page, id)
    await page.keyboard.type('On Tuesday.')
    const file = { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('Tuesday at ten') }
    await page.locator('[data-attach]').setInputFiles(file)
    await page.locator('.composer-file:not(.is-coming)', { hasText: 'plan.txt' }).waitFor()
    await page.locator('[contenteditable=true]').press('Control+Enter')
    await page.getByText(/Leaves in/).waitFor()
    await desk.check(page, 'an answer that leaves soon')
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await page.locator('[contenteditable=true]', { hasText: 'On Tuesday.' }).waitFor()
    await page.locator('.composer-file', { hasText: 'plan.txt' }).waitFor()
    const all = await outbound(api, id)
    assert.ok(all.every((it) => it.state === 'cancelled'), JSON.stringify(all))
  },

  async 'a message that is forwarded takes its pictures along, and is quoted once'(desk) {
    const { api, page, write } = await ready(desk)
    await write('Dave', 'Something else', 'Not for others.')
    const file = join(desk.program.folder, 'picture.eml')
    await writeFile(file, withPicture('The plate on the gateway'))
    await desk.program.run(['import', 'mail', file, '--inbox', 'support@kestrel.example'])
    const { id } = (await api('GET', '/conversations')).items.find((it) => it.subject === 'The plate on the gateway')
    await page.goto(`/conversations/${id}?view=all`)
    await page.locator('.composer.has-editor').waitFor()
    await page.keyboard.press('f')
    const shown = page.locator('.composer-forwarded')
    await shown.getByText('It looks like this:').waitFor()
    const picture = shown.getByAltText('The plate')
    await until('the picture is shown', () => picture.evaluate((it) => it.naturalWidth === 1))
    await shown.getByText('plate.png').waitFor()
    await desk.check(page, 'a forward')
    await desk.fits(page, 'a forward')
    await page.locator('.composer-chips input:focus').waitFor()
    await page.keyboard.type('desk@supplier.example,')
    await page.locator('[contenteditable=true]').click()
    await page.keyboard.type('Do you know this one?')
    await page.keyboard.press('Control+Enter')
    await page.getByText(/Leaves in/).waitFor()
    const [sent] = await outbound(api, id)
    assert.equal(sent.html.match(/It looks like this/g).length, 1, sent.html)
    assert.match(sent.html, /Do you know this one\?[\s\S]*It looks like this/)
    assert.match(sent.html, /src="cid:plate@customer\.example"/)
    assert.equal(sent.attachments.length, 1, JSON.stringify(sent.attachments))
    assert.equal(sent.attachments[0].name, 'plate.png')
    await until('the picture stands in what was sent', () =>
      page.locator('.message img[alt="The plate"]').last().evaluate((it) => it.naturalWidth === 1))
  },

  async 'a forward that is taken back is the same forward again'(desk) {
    const { api, page, write } = await ready(desk)
    const { id } = await write('Carol', 'The plate', 'It looks odd.')
    await page.goto(`/conversations/${id}?view=all`)
    await page.locator('.composer.has-editor').waitFor()
    await page.keyboard.press('f')
    await page.locator('.composer-chips input:focus').waitFor()
    await page.keyboard.type('desk@supplier.example,')
    const file = { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('Tuesday at ten') }
    await page.locator('[data-attach]').setInputFiles(file)
    await page.locator('.composer-file:not(.is-coming)', { hasText: 'plan.txt' }).waitFor()
    await page.locator('[contenteditable=true]').click()
    await page.keyboard.type('Do you know this one?')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: 'Undo' }).first().click()
    const again = page.locator('.composer[data-composer=forward]')
    await again.locator('[contenteditable=true]', { hasText: /^Do you know this one\?$/ }).waitFor()
    await again.getByTitle('desk@supplier.example').waitFor()
    await again.locator('.composer-file', { hasText: 'plan.txt' }).waitFor()
    await again.locator('.composer-forwarded').getByText('It looks odd.').waitFor()
    await page.locator('[contenteditable=true]').press('Control+Enter')
    await page.getByText(/Leaves in/).waitFor()
    const [one, other] = await outbound(api, id)
    assert.deepEqual([one.state, other.state].sort(), ['cancelled', 'queued'])
    assert.equal(one.html, other.html)
    assert.deepEqual(one.recipients, other.recipients)
    assert.deepEqual(one.attachments.map((it) => it.name), other.attachments.map((it) => it.name))
  },

  async 'a conversation that was only just begun is taken back, and begun better'(desk) {
    const { api, page } = await ready(desk)
    await page.goto('/conversations/new')
    await page.locator('.composer.has-editor').waitFor()
    await page.locator('.composer-chips input').first().fill('dan@customer.example,')
    await page.getByLabel('Subject').fill('Good news')
    await page.locator('[contenteditable=true]').click()
    await page.keyboard.type('It is here.')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await page.waitForURL(/conversations\/new\?draft=/)
    await page.locator('[contenteditable=true]', { hasText: 'It is here.' }).waitFor()
    await page.getByTitle('dan@customer.example').waitFor()
    assert.equal(await page.getByLabel('Subject').inputValue(), 'Good news')
    assert.deepEqual((await api('GET', '/conversations')).items, [])
    await page.locator('[contenteditable=true]').click()
    await page.keyboard.type(' Today.')
    await page.keyboard.press('Control+Enter')
    await page.getByText(/Leaves in/).waitFor()
    const { items } = await api('GET', '/conversations')
    assert.equal(items.length, 1)
  },

  async 'what is typed before the composer is there goes into it and presses no key'(desk) {
    const { api, write, page } = await ready(desk, 'api')
    const { id } = await write('Carol', 'In a hurry', 'Quick, please.')
    await page.goto(`/conversations/${id}?view=all`)
    await page.locator('.composer.has-editor').waitFor()
    await page.route(/\/composer\?/, async (route) => {
      await new Promise((later) => setTimeout(later, 700))
      await route.continue()
    })
    await page.keyboard.press('n')
    await page.keyboard.type('see, e is a letter')
    await page.locator('.composer-note [contenteditable=true]', { hasText: 'see, e is a letter' }).waitFor()
    const { items } = await api('GET', '/conversations')
    assert.equal(items[0].category, 'new', JSON.stringify(items[0]))
  },

  async 'an answer that leaves tomorrow waits, and can be taken back'(desk) {
    const { api, write, page } = await ready(desk)
    const { id } = await write('Carol', 'No hurry', 'Whenever you like.')
    await answering(page, id)
    await page.keyboard.type('Good morning, Carol.')
    await page.getByRole('button', { name: 'Send in another way' }).click()
    await desk.check(page, 'ways to send')
    await page.getByRole('button', { name: /^(Tomorrow|Monday)/ }).filter({ visible: true }).first().click()
    await page.locator('.message-leaving', { hasText: 'Leaves' }).waitFor()
    const [it] = await outbound(api, id)
    assert.equal(it.state, 'queued')
    await page.getByRole('button', { name: 'Take back' }).click()
    await page.locator('[contenteditable=true]', { hasText: 'Good morning, Carol.' }).waitFor()
  },

  async 'a send that crossed with a message asks first'(desk) {
    const { api, write, page } = await ready(desk, 'api')
    const { id } = await write('Carol', 'The order', 'Please send ten.')
    await answering(page, id)
    await page.keyboard.type('Ten are on their way.')
    await api('POST', `/conversations/${id}/messages`, { direction: 'inbound', text: 'No, twelve!' })
    await page.keyboard.press('Control+Enter')
    const asked = page.getByRole('dialog')
    await asked.getByText('No, twelve!').waitFor()
    await desk.check(page, 'the question')
    assert.equal((await outbound(api, id)).length, 0, 'nothing was sent yet')
    await asked.getByRole('button', { name: 'Look first' }).click()
    await page.locator('[contenteditable=true]', { hasText: 'Ten are on their way.' }).waitFor()
    await page.locator('[contenteditable=true]').click()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: 'Send anyway' }).click()
    await until('the answer', async () => (await outbound(api, id)).length === 1)
  },

  async 'what is snoozed is away until a time, or until the customer writes'(desk) {
    const { api, write, page } = await ready(desk, 'api')
    const first = await write('Carol', 'My boss must say', 'I ask her.')
    const second = await write('Dave', 'After the weekend', 'No hurry.')
    const open = page.locator('#list-rows')
    const snooze = async (id, button) => {
      await page.goto(`/conversations/${id}?view=all`)
      await page.locator('.composer.has-editor').waitFor()
      await page.keyboard.press('h')
      await page.getByText('Snooze until').waitFor()
      await desk.check(page, 'when to bring it back')
      await page.getByRole('button', { name: button }).filter({ visible: true }).first().click()
      await until('snoozed', async () => (await api('GET', `/conversations/${id}`)).category === 'snoozed')
    }
    await snooze(first.id, /The customer replies/)
    await snooze(second.id, /^(Tomorrow|Monday)/)
    await page.goto('/conversations?view=all')
    assert.equal(await open.getByText('My boss must say').count(), 0)
    await page.goto('/conversations?view=snoozed')
    await open.getByText('My boss must say').first().waitFor()
    await open.getByText('After the weekend').first().waitFor()
    await desk.check(page, 'snoozed')
    await api('POST', `/conversations/${first.id}/messages`, { direction: 'inbound', text: 'She says yes.' })
    await open.getByText('My boss must say').waitFor({ state: 'detached' })
    await open.getByText('After the weekend').first().waitFor()
    assert.equal((await api('GET', `/conversations/${first.id}`)).category, 'open')
  },

  async 'walking on while a conversation is slow to come keeps the place'(desk) {
    const { api, write, page } = await ready(desk, 'api')
    await write('Carol', 'From Carol', 'One.')
    const dave = await write('Dave', 'From Dave', 'Two.')
    const eve = await write('Eve', 'From Eve', 'Three.')
    const current = (who) => page.locator('[data-row][aria-current]', { hasText: `From ${who}` }).waitFor()
    await page.goto('/conversations?view=all')
    await page.keyboard.press('j')
    await page.locator(`#open[data-conversation="${eve.id}"]`).waitFor()
    let letGo
    const held = new Promise((go) => (letGo = go))
    await page.route(`**/conversations/${dave.id}?**`, async (route) => { await held; await route.continue() })
    await page.keyboard.press('j')
    await current('Dave')
    // The list comes anew meanwhile: Eve, who still stands open, is not where the agent is.
    await write('Frank', 'From Frank', 'Four.')
    await page.locator('[data-row]', { hasText: 'From Frank' }).waitFor()
    await current('Dave')
    letGo()
    await page.locator(`#open[data-conversation="${dave.id}"]`).waitFor()
    await page.keyboard.press('j')
    await current('Carol')
  },

  async 'several conversations are resolved at once, and that is taken back'(desk) {
    const { api, write, page } = await ready(desk, 'api')
    const all = []
    for (const who of ['Carol', 'Dave', 'Eve']) all.push(await write(who, `From ${who}`, 'Thanks, all is well.'))
    const open = async () => {
      const { items } = await api('GET', '/conversations')
      return items.filter((it) => !['resolved', 'closed'].includes(it.category)).length
    }
    await page.goto('/conversations?view=all')
    await page.getByText('From Carol').first().waitFor()
    for (const who of ['Eve', 'Dave', 'Carol']) {
      await page.keyboard.press('j')
      await page.locator('[data-row][aria-current]', { hasText: `From ${who}` }).waitFor()
      await page.keyboard.press('x')
    }
    await page.getByText('3 chosen').waitFor()
    await desk.check(page, 'chosen')
    await desk.fits(page, 'chosen')
    await page.locator('#bulk').getByRole('button', { name: 'Resolve' }).click()
    await until('all are resolved', async () => (await open()) === 0)
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await until('taken back', async () => (await open()) === all.length)
  },
}
