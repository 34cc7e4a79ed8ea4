import assert from 'node:assert/strict'

import { until } from '../lib/desk.mjs'

export default {
  async 'a source is made, an event arrives while one looks, and stands on the account that uses it'(desk) {
    const email = await desk.agent('Anna', 'admin')
    const page = await desk.browse()
    await desk.signIn(page, email)
    const api = await desk.api(email)
    await page.goto('/settings/sources')
    await desk.check(page, 'no sources')
    await page.getByRole('link', { name: 'New source' }).click()
    await desk.check(page, 'a new source')
    await desk.fits(page, 'a new source')
    await page.getByRole('textbox', { name: 'Name' }).fill('Web app')
    await page.getByRole('radio', { name: /^On servers/ }).check()
    await page.getByRole('button', { name: 'Make it' }).click()
    const key = await page.locator('#key').innerText()
    await desk.check(page, 'a key')
    await desk.fits(page, 'a key')
    await page.getByRole('link', { name: 'Watch events arrive' }).click()
    await page.getByText('Nothing came yet').waitFor()

    const send = async (batch) => {
      const answer = await fetch(`${desk.url}/v1/batch`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ batch }),
      })
      assert.equal(answer.status, 200)
    }
    const who = { userId: 'user-1' }
    await send([
      { type: 'identify', ...who, traits: { name: 'Carol Diaz', email: 'carol@kestrel.example' } },
      { type: 'group', ...who, groupId: 'kestrel', traits: { name: 'Kestrel Climate' } },
      { type: 'track', ...who, event: 'Report opened', messageId: 'm-1' },
      { type: 'track', ...who },
    ])
    await page.getByRole('row').filter({ hasText: 'Report opened' }).first().waitFor()
    await desk.check(page, 'events that arrive')
    await desk.fits(page, 'events that arrive')
    await page.getByLabel('Event, user or message id').fill('no such event')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText('Nothing came yet').waitFor()
    await page.getByRole('link', { name: 'Rejected' }).click()
    await until('the rejection', async () => {
      await page.reload()
      return page.getByText('A track call needs the name of its event.').isVisible()
    })
    await desk.check(page, 'rejected events')
    await desk.fits(page, 'rejected events')

    const used = await until('the count', async () => {
      const { items } = await api('GET', '/usage/events?event=Report+opened&group_by=account')
      return items[0]?.account
    })
    await page.goto(`/accounts/${used.id}`)
    await page.getByRole('heading', { name: 'Usage', exact: true }).waitFor()
    await desk.check(page, 'usage of an account')
    await desk.fits(page, 'usage of an account')

    await page.goto('/usage')
    await page.getByRole('row').filter({ hasText: 'Report opened' }).getByRole('button', { name: 'Make it key' }).click()
    await page.getByRole('row').filter({ hasText: 'Report opened' }).getByText('Key', { exact: true }).waitFor()
    await desk.check(page, 'adoption')
    await desk.fits(page, 'adoption')
    await page.getByRole('link', { name: 'Report opened' }).click()
    await page.getByRole('link', { name: 'Kestrel Climate' }).click()
    await page.waitForURL(`**/accounts/${used.id}`)
  },
}
