import assert from 'node:assert/strict'

async function admin(desk) {
  const email = await desk.agent('Anna', 'admin')
  const page = await desk.browse()
  await desk.signIn(page, email)
  return { page, api: await desk.api(email) }
}

/** Presses what asks before it does something, and says yes. */
async function sure(page, name) {
  await page.getByRole('button', { name }).click()
  await page.getByRole('dialog').getByRole('button', { name }).click()
}

export default {
  async 'a key of the domain is made, signs, stops and goes'(desk) {
    const { page, api } = await admin(desk)
    const { id } = await api('POST', '/inboxes', { name: 'Support', address: 'support@kestrel.example', channel: 'email' })
    await page.goto(`/settings/inboxes/${id}`)
    await page.getByRole('link', { name: 'Signature and DNS' }).click()
    await page.getByText('Tend does not sign mail of this domain.').waitFor()
    // Name servers answer, or can't be asked from here: either is said.
    await page.locator('#records .settings-check, #records .panel-callout').first().waitFor()
    await desk.check(page, 'a domain without a key')
    await desk.fits(page, 'a domain without a key')

    await page.getByLabel('Selector').fill('not a selector')
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.locator('.field-error').first().waitFor()
    await desk.check(page, 'a selector that is none')
    await page.getByLabel('Selector').fill('desk1')
    await page.getByRole('button', { name: 'Make a key' }).click()
    const card = page.getByRole('region', { name: 'Key desk1' })
    await card.getByText('Does not sign').waitFor()
    assert.match(await card.innerText(), /desk1\._domainkey\.kestrel\.example/)
    assert.match(await card.innerText(), /v=DKIM1; k=rsa; p=/)
    await card.getByText('As a line of a zone file').click()
    assert.match(await card.innerText(), /IN TXT/)
    await desk.check(page, 'a key that waits')
    await desk.fits(page, 'a key that waits')

    // Its record is nowhere: Tend says so and does not sign, until one insists.
    await card.getByRole('button', { name: 'Check the record and sign' }).click()
    await card.locator('.panel-callout-warn').waitFor()
    await desk.check(page, 'a key whose record is missing')
    await sure(page, 'Sign all the same')
    await page.getByText('is signed with the key').waitFor()
    await card.getByText('Signs', { exact: true }).waitFor()
    await desk.check(page, 'a key that signs')

    await sure(page, 'Stop signing')
    await page.getByText('Tend does not sign mail of this domain.').waitFor()
    await sure(page, 'Remove')
    await card.waitFor({ state: 'detached' })
  },
}
