export default {
  async 'a shared view with nested conditions stands in everybody’s sidebar with its count'(desk) {
    const email = await desk.agent('Anna', 'admin')
    const mate = await desk.agent('Bruno', 'agent')
    const api = await desk.api(email)
    const inbox = await api('POST', '/inboxes', { name: 'Support', address: 'support', channel: 'api' })
    const write = (subject) =>
      api('POST', '/conversations', {
        inbox: inbox.id,
        contact: { email: 'carol@example.com', name: 'Carol' },
        subject,
        message: { direction: 'inbound', text: 'Please look.' },
      })
    await write('The valve drips')
    await write('The pump hums')
    await write('An invoice')
    const page = await desk.browse()
    await desk.signIn(page, email)
    await page.goto('/views/new')
    await page.getByLabel('Name').fill('Hardware')
    const conditions = page.locator('#conditions')
    await conditions.getByRole('button', { name: 'Group' }).first().click()
    const inner = conditions.locator('.saved-group .saved-group')
    await inner.waitFor()
    const subject = async (at, words) => {
      const line = inner.locator('.saved-children > .saved-line').nth(at)
      await line.waitFor()
      await line.getByLabel('What').selectOption('subject')
      await line.getByRole('textbox', { name: 'Value' }).fill(words)
      await line.getByRole('textbox', { name: 'Value' }).press('Tab')
    }
    await subject(0, 'valve')
    await conditions.getByText('1 conversation now').waitFor()
    await inner.getByRole('button', { name: 'Condition' }).click()
    await subject(1, 'pump')
    await conditions.getByText('2 conversations now').waitFor()
    await desk.check(page, 'the editor')
    await desk.fits(page, 'the editor')
    await page.getByLabel('Everyone').check()
    await page.getByRole('button', { name: 'Keep the view' }).click()
    const theirs = await desk.browse()
    await desk.signIn(theirs, mate)
    for (const of of [page, theirs]) {
      await of.goto('/conversations?view=all')
      const link = of.locator('#side-nav').getByRole('link', { name: /Hardware/ })
      await link.filter({ hasText: '2' }).waitFor()
      await link.click()
      await of.locator('#list-rows').getByText('The pump hums').first().waitFor()
      await of.locator('#list-rows').getByText('An invoice').waitFor({ state: 'detached' })
    }
    // The count follows by itself.
    await write('The pump is silent now')
    await theirs.locator('#side-nav').getByRole('link', { name: /Hardware/ }).filter({ hasText: '3' }).waitFor()
  },
}
