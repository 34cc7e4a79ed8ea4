import assert from 'node:assert/strict'

import { until } from '../lib/desk.mjs'

/** In the company that the program makes up: two years of customers who came and left. */
const inTheDemo = (go) => Object.assign(go, { args: ['--demo'] })

export default {
  'from the portfolio to the account at risk, why it is, a task, and done': inTheDemo(async (desk) => {
    const email = await desk.agent('Anna', 'admin')
    const page = await desk.browse()
    await desk.signIn(page, email)
    const api = await desk.api(email)

    // The most money at risk comes first.
    await page.goto('/portfolio?view=all&sort=risk')
    await page.locator('tr[data-item]').first().waitFor()
    const risks = await page.locator('tr[data-item] .portfolio-c-risk').allInnerTexts()
    const money = risks.slice(0, 8).map((it) => Number(it.replaceAll(/[^\d]/g, '')))
    assert.ok(money[0] > 0 && money.every((it, n) => n === 0 || it <= money[n - 1]), risks.join(' '))
    await desk.check(page, 'the portfolio by money at risk')

    // Who was called for, and why.
    await page.goto('/health/alerts?whose=all')
    const alert = page.locator('.alerts-one').first()
    await alert.getByText('The chance that it leaves within').waitFor()
    await desk.check(page, 'alerts')
    await desk.fits(page, 'alerts')
    const name = await alert.locator('.alerts-name').innerText()
    await alert.locator('.alerts-name').click()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.goBack()
    await alert.getByRole('button', { name: `Make a task: ${name}` }).click()
    await page.getByText('Look after this account: it may leave').first().waitFor()
    await desk.check(page, 'the task of an alert')

    const id = page.url().match(/tsk_\w+/)[0]
    await page.goto('/tasks?whose=all')
    const line = page.getByRole('checkbox', { name: /Done: Look after this account/ }).first()
    await line.click()
    await until('it is done', async () => (await api('GET', '/tasks?settled=true')).items.some((it) => it.id === id && it.done_at))
    await page.goto('/health/alerts?whose=all')
    await page.getByText('Its task is done').first().waitFor()
  }),

  'the scoreboard says how often it was right, and shows the rows behind each figure': inTheDemo(async (desk) => {
    const email = await desk.agent('Anna', 'admin')
    const page = await desk.browse()
    await desk.signIn(page, email)
    await page.goto('/health/scoreboard')
    await page.getByRole('heading', { name: /When Tend says/ }).waitFor()
    for (const it of ['Said and came', 'Beside the hand score', 'Alerts that were right', 'By quarter', 'What it rests on']) {
      await page.getByRole('heading', { name: it }).waitFor()
    }
    await desk.check(page, 'the scoreboard')
    await desk.fits(page, 'the scoreboard')
    await page.getByText('The numbers').first().click()
    await page.getByRole('columnheader', { name: 'Came' }).waitFor()
    await desk.check(page, 'its numbers')

    // A point of the picture opens its rows.
    const point = page.locator('a.score-point').first()
    const said = await point.getAttribute('aria-label')
    await point.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /Bin 1 of like probabilities/, level: 2 }).waitFor()
    const [, left, of] = said.match(/(\d+) of (\d+) left/)
    const count = Number((await page.locator('.score-head p').first().innerText()).replaceAll(/[^\d ]/g, '').trim().split(' ')[0])
    assert.equal(count, Number(of), said)
    assert.equal(await page.locator('td').getByText('Left', { exact: true }).count(), Number(left))
    await desk.check(page, 'the rows behind a point')

    const file = await page.request.get('/health/scoreboard.csv')
    assert.match(await file.text(), /^\uFEFFquarter,foretellings/)

    await page.goto('/health/at-risk')
    await page.getByRole('heading', { name: /of a year’s revenue may leave/ }).waitFor()
    await desk.check(page, 'money at risk')
    await desk.fits(page, 'money at risk')
    await page.getByRole('link', { name: 'Stage' }).click()
    await page.getByRole('rowheader', { name: 'Established' }).waitFor()
    await page.locator('td .figure-link').first().click()
    await page.getByRole('columnheader', { name: 'Chance to leave' }).waitFor()
  }),
}
