async function carolOrdered(desk) {
  const boss = await desk.agent('Ada', 'admin')
  const anna = await desk.agent('Anna', 'agent')
  const api = await desk.api(boss)
  await api('POST', '/orders', {
    external_id: '1001', number: '#1001', placed_at: '2026-01-05T10:00:00Z', currency: 'EUR',
    total: 10000, shipping: 500, payment: 'paid', fulfilment: 'fulfilled',
    buyer: { email: 'carol@kestrel.example', name: 'Carol Diaz' },
    items: [{ title: 'Probe', quantity: 1, price: 9500 }],
  })
  const inbox = await api('POST', '/inboxes', { name: 'Shop', address: 'shop', channel: 'api' })
  const conversation = await api('POST', '/conversations', {
    inbox: inbox.id, contact: { email: 'carol@kestrel.example', name: 'Carol Diaz' },
    subject: 'Where is my probe?',
    message: { direction: 'inbound', text: 'It is late.' },
  })
  return { boss, anna, conversation }
}

export default {
  async 'an order beside a conversation is made right, with the approval of a second agent'(desk) {
    const { boss, anna, conversation } = await carolOrdered(desk)
    // Wide enough for the record to stand beside the conversation.
    const page = await desk.browse({ viewport: { width: 1600, height: 1000 } })
    await desk.signIn(page, anna)
    await page.goto(`/conversations/${conversation.id}`)
    await page.getByText('Make it right').click()
    await page.getByLabel('What went wrong').selectOption({ label: 'Not as described' })
    await page.getByRole('button', { name: 'Partial refund, € 30.00' }).waitFor()
    await desk.check(page, 'offers beside a conversation')
    await page.getByText('Something else').click()
    await page.getByLabel('Remedy', { exact: true }).selectOption({ label: 'Partial refund' })
    await page.getByLabel('How much').fill('60.00')
    await page.getByRole('button', { name: 'Ask for it' }).click()
    await page.getByText('with this it is € 10.00 more').waitFor()
    await desk.check(page, 'what needs approval')
    await page.getByRole('button', { name: 'Ask for approval' }).click()
    await page.getByText('Waits for approval').first().waitFor()

    const other = await desk.browse()
    await desk.signIn(other, boss)
    await other.goto('/remedies?state=pending')
    await desk.check(other, 'remedies')
    await desk.fits(other, 'remedies')
    await other.getByRole('link', { name: 'Partial refund' }).click()
    await desk.check(other, 'remedy')
    await desk.fits(other, 'remedy')
    await other.getByRole('button', { name: 'Approve it' }).click()
    await other.getByText('To be carried out').first().waitFor()

    await page.getByText('To be carried out').first().waitFor()
    await page.getByRole('link', { name: 'Partial refund, € 60.00' }).first().click()
    await page.getByLabel('By what it is found again').fill('re_17')
    await page.getByRole('button', { name: 'It is done' }).click()
    await page.getByText('We have refunded € 60.00').waitFor()
    await page.getByRole('heading', { name: /€ 60.00 Done/ }).waitFor()
    for (const path of ['/remedies/report', '/settings/remedies']) {
      await other.goto(path)
      await desk.check(other, path)
      await desk.fits(other, path)
    }
  },
}
