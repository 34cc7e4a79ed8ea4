import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { until } from '../lib/desk.mjs'

async function admin(desk) {
  const email = await desk.agent('Anna', 'admin')
  const page = await desk.browse()
  await desk.signIn(page, email)
  return { page, api: await desk.api(email) }
}

/** A port at which nobody answers. */
async function nobody() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => server.on('listening', done))
  const { port } = server.address()
  await new Promise((done) => server.close(done))
  return port
}

export default {
  async 'contacts come from a table: tried first, with the rows that are wrong, then taken in'(desk) {
    const { page, api } = await admin(desk)
    const file = join(desk.program.folder, 'customers.csv')
    const rows = ['Name,Email,Phone', 'Carol Jones,carol@kestrel.example,+44 20 7946 0018', 'Dave,not an address,', 'Eve Ek,eve@kestrel.example,']
    await writeFile(file, rows.join('\n'))
    await page.goto('/imports')
    await desk.check(page, 'a new import')
    await desk.fits(page, 'a new import')
    await page.getByLabel('The file').setInputFiles(file)
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('The first rows').waitFor()
    await desk.check(page, 'what columns mean')
    await desk.fits(page, 'what columns mean')
    await page.getByRole('button', { name: 'Check the rows' }).click()
    const go = page.getByRole('button', { name: 'Import 2 rows' })
    await go.waitFor()
    const problem = page.getByRole('row').filter({ hasText: 'This is not an email address' })
    assert.match(await problem.innerText(), /^3\s/)
    await desk.check(page, 'the dry run')
    await desk.fits(page, 'the dry run')
    assert.equal((await api('GET', '/contacts')).items.length, 0, 'a dry run changes nothing')
    await go.click()
    await page.getByText('The file is imported.').waitFor()
    await page.goto('/contacts')
    await page.getByText('Carol Jones').first().waitFor()
    await page.getByText('Eve Ek').first().waitFor()
  },

  async 'the test of a mail server says plainly what failed'(desk) {
    const { page, api } = await admin(desk)
    const { id } = await api('POST', '/inboxes', { name: 'Support', address: 'support@kestrel.example', channel: 'email' })
    await page.goto(`/settings/inboxes/${id}`)
    await desk.check(page, 'an inbox')
    await desk.fits(page, 'an inbox')
    const form = page.locator('form[action$="/imap"]')
    await form.getByLabel('Server', { exact: true }).fill('127.0.0.1')
    await form.getByLabel('Port').fill(String(await nobody()))
    await form.getByLabel('Encryption').selectOption('none')
    await form.getByLabel('User').fill('support')
    await form.getByLabel(/^Password/).fill('secret')
    await form.getByLabel('Signs in with').selectOption('oauth2')
    await form.getByLabel('Client id').waitFor()
    await desk.check(page, 'with OAuth2')
    await form.getByLabel('Signs in with').selectOption('password')
    await form.getByLabel('Client id').waitFor({ state: 'hidden' })
    await form.getByRole('button', { name: 'Keep' }).click()
    await page.getByText('It was not tried yet').waitFor()
    await page.getByRole('button', { name: 'Test the connection' }).first().click()
    const said = page.locator('.panel-callout-bad')
    await said.waitFor()
    assert.match(await said.innerText(), /127\.0\.0\.1/)
    await desk.check(page, 'what failed')
  },

  async 'mail that can’t be read waits to be looked at, and is tried again'(desk) {
    const { page, api } = await admin(desk)
    await api('POST', '/inboxes', { name: 'Support', address: 'support@kestrel.example', channel: 'email' })
    const mail = join(desk.program.folder, 'odd.eml')
    await writeFile(mail, 'Subject: nobody wrote this\r\n\r\nHm.\r\n')
    await desk.program.run(['import', 'mail', mail, '--inbox', 'support@kestrel.example'])
    const row = page.getByRole('row').filter({ hasText: 'names no sender' })
    const waits = () => until('the mail waits', async () => {
      await page.goto('/settings/mail')
      return row.isVisible()
    })
    await waits()
    await desk.check(page, 'the quarantine')
    await desk.fits(page, 'the quarantine')
    await row.getByRole('link').first().click()
    await page.getByText('nobody wrote this').first().waitFor()
    await desk.check(page, 'a mail in quarantine')
    await desk.fits(page, 'a mail in quarantine')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.waitForURL(/\/settings\/mail$/)
    // Nobody wrote it still: it is there again, and can be put away.
    await waits()
    await row.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText('Nothing waits here').waitFor()
  },
}
