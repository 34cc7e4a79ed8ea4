import assert from 'node:assert/strict'

async function admin(desk) {
  const email = await desk.agent('Anna', 'admin')
  const page = await desk.browse()
  await desk.signIn(page, email)
  return { page, api: await desk.api(email) }
}

export default {
  async 'the settings stand on a desk and on a phone, for everybody to read'(desk) {
    const { page } = await admin(desk)
    const sections = [
      'profile', 'notifications', 'sessions', 'tokens', 'company', 'inboxes', 'agents', 'teams',
      'roles', 'tags', 'statuses', 'attributes', 'mail', 'jobs',
    ]
    for (const section of sections) {
      const answer = await page.goto(`/settings/${section}`)
      assert.equal(answer.status(), 200, section)
      await desk.check(page, section)
      await desk.fits(page, section)
    }
  },

  async 'a status of the company is made, used and put away'(desk) {
    const { page } = await admin(desk)
    await page.goto('/settings/statuses')
    await page.getByLabel('A new status').fill('At the workshop')
    await page.getByRole('button', { name: 'Add' }).click()
    await page.locator('input[value="At the workshop"]').waitFor()
  },

  async 'a customer is entered, changed and found'(desk) {
    const { page, api } = await admin(desk)
    await api('POST', '/contacts', {
      name: 'Carol Jones',
      identities: [{ kind: 'email', value: 'carol@kestrel.example' }],
    })
    await page.goto('/contacts')
    await page.getByText('Carol Jones').first().waitFor()
    await desk.check(page, 'contacts')
    await desk.fits(page, 'contacts')
    await page.getByText('Carol Jones').first().click()
    await page.waitForURL(/\/contacts\/con_/)
    await page.getByText('carol@kestrel.example').first().waitFor()
    await desk.check(page, 'contact')
    await desk.fits(page, 'contact')
    await page.goto('/accounts')
    await page.getByText('Kestrel').first().waitFor()
    await desk.check(page, 'accounts')
  },

  async 'the reference of the API is readable'(desk) {
    const page = await desk.browse()
    await page.goto('/api/docs')
    await page.getByRole('heading', { name: 'The API' }).waitFor()
    await desk.check(page, 'reference')
    await desk.fits(page, 'reference')
  },
}
