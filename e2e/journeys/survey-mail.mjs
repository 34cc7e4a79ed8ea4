import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import { Mailbox, sendsTo } from '../lib/mailbox.mjs'

/** Where the link of a score leads. */
const scored = (text, score) => {
  const found = text.match(new RegExp(String.raw`http://[^\s"<>]+/s/[\w-]+\?v=${score}`))
  const url = new URL(found[0])
  return url.pathname + url.search
}

/** Two weeks go by for what is owed after a low score. */
async function twoWeeksLater(desk) {
  desk.program.child.kill('SIGKILL')
  await desk.program.ended
  const file = join(desk.program.folder, 'data', 'tend.db')
  const sql = "UPDATE jobs SET due_at = 0 WHERE kind = 'reask_survey'"
  const does = 'import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()'
  execFileSync('python3', ['-c', does, file, sql])
  await desk.program.serve(new URL(desk.url).host)
}

async function resolved(api, email) {
  const inbox = await api('POST', '/inboxes', { name: 'Shop', channel: 'api', address: 'shop' })
  const { id } = await api('POST', '/conversations', {
    inbox: inbox.id,
    contact: { email, name: 'Carol Jones' },
    subject: 'Broken',
    message: { direction: 'inbound', text: 'It broke.' },
  })
  await api('PATCH', `/conversations/${id}`, { category: 'resolved' })
}

export default {
  async 'a survey is built, answered from a mail, followed up and asked again'(desk) {
    desk.crashed = true
    const box = await Mailbox.open()
    const [admin, other] = [await desk.agent('Anna', 'admin'), await desk.agent('Lena', 'lead')]
    const api = await desk.api(admin)
    const settings = await desk.browse()
    await desk.signIn(settings, admin)
    await sendsTo(desk, settings, api, box)
    const page = await desk.browse()
    await desk.signIn(page, other)
    await page.goto('/surveys/new?template=help')
    await page.getByLabel('Wait after the occasion').fill('0')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByRole('button', { name: 'Let it ask' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()

    await resolved(api, 'carol@kestrel.example')
    const asks = await box.mail((it) => /^Subject: How did we do/m.test(it.head))
    const person = await desk.browse()
    await person.goto(scored(asks.text, 2))
    await person.getByLabel('What is the main reason').fill('Nobody called back.')
    await person.getByRole('button', { name: 'Send' }).click()
    await person.getByText('Your 2 is kept.').waitFor()

    await page.goto('/tasks')
    await page.getByRole('link', { name: /Carol Jones gave 2 of 5/ }).first().waitFor()
    const { items: [request] } = await api('GET', '/survey-requests')
    await page.goto(`/surveys/requests/${request.id}`)
    await page.getByLabel('Settled').check()
    await page.getByLabel('Reason, in a few words').fill('Late answer')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByText('Reason: Late answer').waitFor()
    await page.goto('/surveys/themes')
    await desk.check(page, 'what low scores are about')
    await desk.fits(page, 'what low scores are about')
    await page.getByText('Change').click()
    await page.getByLabel('You said, we did').fill('Somebody is on call until eight.')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByText('Somebody is on call until eight.').first().waitFor()

    const before = box.mails.length
    await twoWeeksLater(desk)
    await box.mail(() => box.mails.length > before)
    const again = await box.mail((it) => /^Subject: How did we do/m.test(it.head) && it !== asks)
    await person.goto(scored(again.text, 5))
    await person.getByRole('button', { name: 'Send' }).click()
    await person.getByText('Your 5 is kept.').waitFor()
    const { items } = await api('GET', '/survey-requests')
    assert.deepEqual(items.map((it) => it.score).sort(), [2, 5])
    box.close()
  },
}
