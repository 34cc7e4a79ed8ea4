import assert from 'node:assert/strict'

import { password } from '../lib/desk.mjs'

export default {
  async 'the first one here sets the company up, once'(desk) {
    const page = await desk.browse()
    await page.goto('/first-run').catch(() => {})
    if (!(await page.getByLabel('Company').isVisible().catch(() => false))) await page.goto('/')
    await desk.check(page, 'first run')
    await desk.fits(page, 'first run')
    const first = page.url()
    await page.getByLabel('Company').fill('Kestrel Climate')
    await page.getByLabel('Your name').fill('Anna Berg')
    await page.getByLabel('Your email').fill('anna@tend.test')
    await page.locator('input[type=password]').fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.href !== first)
    const again = await desk.browse()
    await again.goto(first)
    assert.equal(await again.getByLabel('Company').count(), 0, 'the first-run page is closed')
  },

  async 'an agent signs in with the keyboard alone, and a wrong password tells nothing'(desk) {
    const email = await desk.agent('Anna', 'admin')
    const page = await desk.browse()
    await page.goto('/sign-in')
    await desk.check(page, 'sign-in')
    await desk.fits(page, 'sign-in')
    const answers = []
    for (const who of [email, 'nobody@tend.test']) {
      await page.getByLabel('Email').fill(who)
      await page.locator('input[type=password]').fill('not the password')
      const answered = page.waitForResponse((it) => it.request().method() === 'POST')
      await page.keyboard.press('Enter')
      answers.push((await answered).status())
      await page.getByText('Email and password do not belong together.').waitFor()
    }
    assert.equal(answers[0], answers[1], 'known and unknown sound the same')
    await page.getByLabel('Email').fill(email)
    await page.locator('input[type=password]').fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  },
}
