import assert from 'node:assert/strict'

import { Mailbox, keeps, sendsTo } from '../lib/mailbox.mjs'

const PLAN = {
  steps: [{ do: 'send', variants: [{ subject: 'News in spring', text: 'Hello {{ contact.first_name | default("there") }}' }] }],
  goal: 'ordered',
  goal_days: 30,
}

/** Quiet hours and Sundays are off, and nobody is held out, so that it leaves at once. */
async function unlimited(desk, page) {
  await page.goto('/settings/messages')
  await page.getByLabel('Get no marketing at all, %').fill('0')
  await page.getByLabel('Quiet from').fill('0')
  await page.getByLabel('until', { exact: true }).fill('0')
  await page.getByLabel('No marketing on Sundays').uncheck()
  await keeps(page)
}

export default {
  async 'looking at a mail unsubscribes nobody, and one click does'(desk) {
    const box = await Mailbox.open()
    const email = await desk.agent('Anna', 'admin')
    const page = await desk.browse()
    await desk.signIn(page, email)
    const api = await desk.api(email)
    await sendsTo(desk, page, api, box)
    await unlimited(desk, page)
    const rosa = await api('POST', '/contacts', { name: 'Rosa Luz', identities: [{ kind: 'email', value: 'rosa@alder.example' }] })
    await api('PUT', `/contacts/${rosa.id}/consents`, { topic: 'marketing', given: true })
    const made = await api('POST', '/campaigns', { name: 'Spring', kind: 'announcement', purpose: 'marketing', holdout: 0, plan: PLAN })
    await api('POST', `/campaigns/${made.id}/start`, {})
    const mail = await box.mail((it) => /^Subject: News in spring/m.test(it.head))
    const one = mail.head.match(/^List-Unsubscribe: <(http[^>]+)>/m)
    assert.ok(one, `there is a way to decline: ${mail.head}`)
    assert.match(mail.head, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m)
    const links = [one[1], ...mail.text.matchAll(/http:\/\/[^\s"<>]+\/u\/[^\s"<>]+/g)].map(String)
    assert.ok(links.length >= 2, `the text has it too: ${mail.text}`)

    const agrees = async () => {
      const { items } = await api('GET', `/contacts/${rosa.id}/consents`)
      return items.find((it) => it.topic === 'marketing').given
    }
    // Scanners: HEAD, GET of each, and a browser in which nobody moves.
    for (const link of links) {
      await fetch(link, { method: 'HEAD' })
      await (await fetch(link)).text()
      const robot = await desk.browse()
      await robot.goto(link)
      await robot.waitForLoadState('load')
      await desk.check(robot, 'what one wants to hear of')
      await desk.fits(robot, 'what one wants to hear of')
    }
    assert.equal(await agrees(), true, 'looking declines nothing')
    const click = await fetch(one[1], {
      method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    })
    assert.ok(click.ok, `${click.status}`)
    assert.equal(await agrees(), false)
    box.close()
  },
}
