import assert from 'node:assert/strict'

/** Someone who may look, and something to look at. */
async function looking(desk) {
  const api = await desk.api(await desk.agent('Anna', 'admin'))
  const inbox = await api('POST', '/inboxes', { name: 'Support', address: 'support', channel: 'api' })
  const { id } = await api('POST', '/conversations', {
    inbox: inbox.id,
    contact: { email: 'carol@kestrel.example', name: 'Carol' },
    subject: 'Where is it?',
    message: { direction: 'inbound', text: 'It should have come on Tuesday.' },
  })
  const email = await desk.agent('Vera', 'viewer')
  const page = await desk.browse()
  await desk.signIn(page, email)
  return { page, id, inbox }
}

export default {
  async 'a viewer is offered nothing that a viewer may not do'(desk) {
    const { page, id } = await looking(desk)
    await page.goto('/conversations?view=all')
    await page.getByText('Where is it?').first().waitFor()
    assert.equal(await page.locator('[data-choose], #bulk').count(), 0, 'nothing is chosen by who may do nothing with it')
    assert.equal(await page.getByRole('link', { name: 'New conversation' }).count(), 0)
    await desk.check(page, 'a list to look at')
    await page.goto(`/conversations/${id}?view=all`)
    await page.getByText('Your role reads here and does not write.').waitFor()
    for (const name of ['Resolve', 'Snooze', 'Take it', 'Status', 'Assigned to', 'Tags']) {
      assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name)
    }
    await desk.check(page, 'a thread to look at')
    await page.goto('/contacts')
    await page.getByText('Carol').first().waitFor()
    for (const name of ['New contact', 'Import', 'Export']) {
      assert.equal(await page.getByRole('link', { name }).count(), 0, name)
    }
  },

  async 'what is refused and what is not there say so within the page, and lead on'(desk) {
    const { page, inbox } = await looking(desk)
    for (const [path, status, says] of [
      [`/settings/inboxes/${inbox.id}`, 403, 'This is not for your role'],
      ['/conversations/cnv_000000000000', 404, 'There is nothing here'],
      ['/nowhere', 404, 'There is nothing here'],
    ]) {
      const answer = await page.goto(path)
      assert.equal(answer.status(), status, path)
      await page.getByRole('heading', { name: says, level: 2 }).waitFor()
      await page.getByRole('link', { name: 'Contacts' }).first().waitFor()
      await desk.check(page, path)
      await desk.fits(page, path)
    }
    await page.getByRole('link', { name: 'Go to the inbox' }).click()
    await page.waitForURL(/\/(conversations.*)?$/)
    // Nobody who is not here learns whose Tend it is.
    const stranger = await desk.browse()
    await stranger.goto('/assets/nothing.css')
    await stranger.getByText('There is nothing here').waitFor()
    assert.equal(await stranger.locator('.shell').count(), 0)
  },
}
