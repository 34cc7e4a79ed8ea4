import assert from 'node:assert/strict'

import { until } from '../lib/desk.mjs'

export default {
  async 'from the portfolio to the account that needs one, why it does, a task, and done'(desk) {
    const email = await desk.agent('Anna', 'admin')
    const page = await desk.browse()
    await desk.signIn(page, email)
    const api = await desk.api(email)
    const me = await api('GET', '/me')
    const soon = new Date(Date.now() + 12 * 86_400_000).toISOString().slice(0, 10)
    for (const [name, arr, day] of [['Al Noor Cold Chain', 9_680_000, soon], ['Cantina Ferri', 5_840_000, null]]) {
      const account = await api('POST', '/accounts', { name, owner: me.id })
      await api('PATCH', `/accounts/${account.id}/standing`, { arr_minor: arr, renews_on: day })
    }

    await page.goto('/portfolio')
    await page.getByRole('link', { name: 'Al Noor Cold Chain' }).waitFor()
    await until('the sums', () => page.locator('#portfolio-top').getByText('155,200').isVisible())
    await desk.check(page, 'the portfolio')
    await desk.fits(page, 'the portfolio')
    const names = await page.locator('tr[data-item] th').allInnerTexts()
    assert.match(names[0], /Al Noor/, 'the most money first')

    // By keyboard: the first one is chosen, and chosen no more; the second is looked at, and the first opened.
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.getByText('1 chosen').waitFor()
    await desk.check(page, 'one is chosen')
    await page.keyboard.press('Escape')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Al Noor Cold Chain', level: 1 }).waitFor()
    await desk.check(page, 'an account of the book')
    await desk.fits(page, 'an account of the book')

    // Why it needs somebody stands in the day.
    await page.goto('/my-day')
    const need = page.locator('.book-need').filter({ hasText: 'Al Noor Cold Chain' })
    await need.getByText('Renews').waitFor()
    await desk.check(page, 'my day')
    await desk.fits(page, 'my day')
    await need.getByRole('link', { name: 'Al Noor Cold Chain' }).click()
    await page.locator('main').getByRole('link', { name: /^Task\b/ }).click()
    await page.getByLabel('What is to be done').fill('Call about the renewal')
    await page.getByLabel('Or in').fill('0')
    await desk.check(page, 'a new task')
    await page.getByRole('button', { name: 'Make the task' }).click()
    await page.getByRole('link', { name: 'Call about the renewal' }).waitFor()

    await page.goto('/my-day')
    await page.getByRole('checkbox', { name: 'Done: Call about the renewal' }).click()
    await page.getByText('Done: Call about the renewal').first().waitFor()
    await until('it is done', async () => {
      const { items } = await api('GET', '/tasks?settled=true')
      return items.some((it) => it.title === 'Call about the renewal' && it.done_at)
    })
    await page.getByRole('button', { name: /Undo/ }).click()
    await until('it is to be done again', async () => (await api('GET', '/tasks?mine=true')).items.length === 1)
  },
}
