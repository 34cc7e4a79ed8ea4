import assert from 'node:assert/strict'

export default {
  async 'a checklist is ticked from both sides, the customer’s without a script'(desk) {
    const email = await desk.agent('Anna', 'admin')
    const page = await desk.browse()
    await desk.signIn(page, email)
    const api = await desk.api(email)
    const account = await api('POST', '/accounts', { name: 'Alder Foods' })

    // The ready plan, made the company's own.
    await page.goto('/onboarding')
    await page.getByRole('link', { name: 'Begin with the ready one' }).click()
    await desk.check(page, 'a new plan')
    await desk.fits(page, 'a new plan')
    await page.getByRole('button', { name: 'Keep the plan' }).click()
    await page.waitForURL(/\/onboarding\/onp_/)

    // It begins on the account's page.
    await page.goto(`/accounts/${account.id}`)
    await page.getByRole('button', { name: 'Begin' }).click()
    const link = page.getByRole('link', { name: 'Their own page' })
    await link.waitFor()
    await desk.check(page, 'an account with a checklist')
    await desk.fits(page, 'an account with a checklist')
    const theirs = new URL(await link.getAttribute('href'), desk.url).pathname

    // The customer, signed in nowhere and with scripts switched off.
    const phone = await desk.browse({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })
    await phone.goto(theirs)
    const step = phone.locator('li', { hasText: 'Write down your first goal' })
    await step.getByRole('button', { name: 'Mark as done' }).click()
    await phone.getByText('1 of 4 are done.').waitFor()
    const looked = await desk.browse()
    await looked.goto(theirs)
    await desk.check(looked, 'the customer’s own page')
    await desk.fits(looked, 'the customer’s own page')

    // We see it, and tick ours.
    await page.reload()
    await page.getByText('Theirs, done').waitFor()
    await page.locator('li', { hasText: 'Meet for half an hour' }).getByRole('button', { name: 'Done' }).click()
    await page.getByText('2 of 4').waitFor()
    await phone.reload()
    await phone.getByText('2 of 4 are done.').waitFor()
    const tasks = await api('GET', `/tasks?account_id=${account.id}&settled=true`)
    assert.ok(tasks.items.some((it) => it.title === 'Meet for half an hour'), 'our step was a task')
    await page.goto('/onboarding')
    await desk.check(page, 'plans')
    await desk.fits(page, 'plans')
  },

  async 'a campaign is written, read as a customer, and tried'(desk) {
    const email = await desk.agent('Anna', 'admin')
    const page = await desk.browse()
    await desk.signIn(page, email)
    const api = await desk.api(email)
    await api('POST', '/inboxes', { name: 'Hello', address: 'hello@heron.example', channel: 'email' })
    const rosa = await api('POST', '/contacts', { name: 'Rosa Luz', identities: [{ kind: 'email', value: 'rosa@alder.example' }] })
    await api('POST', '/contacts', { name: 'Ben', identities: [{ kind: 'email', value: 'ben@alder.example' }] })
    await api('PUT', `/contacts/${rosa.id}/consents`, { topic: 'marketing', given: true })
    await page.goto('/settings/messages')
    await desk.check(page, 'limits')
    await desk.fits(page, 'limits')
    await page.getByLabel('Get no marketing at all, %').fill('0')
    await page.getByRole('button', { name: 'Keep' }).click()

    await page.goto('/campaigns')
    await page.getByRole('link', { name: 'New campaign' }).first().click()
    await desk.check(page, 'what begins it')
    await desk.fits(page, 'what begins it')
    await page.getByRole('link', { name: /Announcement/ }).click()
    await page.getByLabel('Name', { exact: true }).fill('Spring')
    await page.getByLabel('Subject').first().fill('News for {{ account.name }}')
    await page.getByLabel('Text', { exact: true }).first().fill('Hello {{ contact.first_name | default("there") }}')
    await page.getByLabel('Held out, %').fill('0')
    await desk.check(page, 'the composer')
    await desk.fits(page, 'the composer')
    await page.getByRole('button', { name: 'Keep the draft' }).click()
    await page.waitForURL(/\/campaigns\/cmp_/)
    await page.getByLabel('Read as the customer').fill('rosa@alder.example')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText('Hello Rosa').waitFor()
    await page.getByRole('link', { name: 'Dry run' }).click()
    await page.getByText('1 refused: did not agree to it').waitFor()
    await desk.check(page, 'a dry run')
    await page.goto('/campaigns')
    await desk.check(page, 'campaigns')
    await desk.fits(page, 'campaigns')
  },
}
