import assert from 'node:assert/strict'

/** A survey that asks one customer, and the address of their link. */
async function asked(desk, api, name) {
  const contact = await api('POST', '/contacts', {
    name,
    identities: [{ kind: 'email', value: `${name.toLowerCase().split(' ')[0]}@kestrel.example` }],
  })
  const survey = await api('POST', '/surveys', { name: 'Help', kind: 'csat', state: 'active', reminds: false })
  const { request, url } = await api('POST', `/surveys/${survey.id}/requests`, { contact_id: contact.id, channel: 'link' })
  return { survey, request, path: new URL(url, desk.url).pathname }
}

export default {
  async 'a browser without anybody before it answers nothing, and a person does'(desk) {
    const email = await desk.agent('Anna', 'admin')
    const api = await desk.api(email)
    const { request, path } = await asked(desk, api, 'Carol Jones')
    const state = () => api('GET', `/survey-requests/${request.id}`)
    for (const score of [3, 3, 5, 1, 4]) {
      const scanner = await desk.browse()
      await scanner.goto(`${path}?v=${score}`)
      // Longer than somebody has to look.
      await scanner.waitForFunction(() => performance.now() > 4500)
      await scanner.context().close()
    }
    assert.equal((await state()).score, null)
    const person = await desk.browse()
    await person.goto(`${path}?v=4`)
    await desk.check(person, 'a question')
    await person.mouse.move(300, 300)
    await person.mouse.move(320, 340)
    await person.getByText('Your 4 is kept.').waitFor()
    assert.equal((await state()).score, 4)
    await person.setViewportSize({ width: 360, height: 740 })
    await desk.fits(person, 'a question on a phone')
  },

  async 'a low score becomes a task for somebody else, and is settled'(desk) {
    const email = await desk.agent('Anna', 'admin')
    const api = await desk.api(email)
    const { survey, request, path } = await asked(desk, api, 'Dora Lind')
    const person = await desk.browse()
    await person.goto(`${path}?v=2`)
    await person.getByLabel('What is the main reason').fill('Nobody called back.')
    await person.getByRole('button', { name: 'Send' }).click()
    await person.getByText('Your 2 is kept.').waitFor()
    await desk.check(person, 'the thanks')

    const page = await desk.browse()
    await desk.signIn(page, email)
    await page.goto('/tasks')
    await page.getByText('Dora Lind gave 2 of 5').waitFor()
    await page.goto(`/surveys/${survey.id}`)
    await page.getByText('Nobody called back.').waitFor()
    await desk.check(page, 'a survey')
    await desk.fits(page, 'a survey')
    await page.goto(`/surveys/requests/${request.id}`)
    await desk.check(page, 'an answer')
    await page.getByLabel('Settled').check()
    await page.getByLabel('Reason, in a few words').fill('Late answer')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByText('Reason: Late answer').waitFor()
    assert.equal((await api('GET', `/surveys/${survey.id}/report?days=30`)).answers, 1)
  },

  async 'a survey is made, and asks'(desk) {
    const page = await desk.browse()
    await desk.signIn(page, await desk.agent('Anna', 'admin'))
    await page.goto('/surveys')
    await desk.check(page, 'no surveys')
    await page.getByRole('link', { name: 'Experience drivers' }).click()
    await desk.check(page, 'a new survey')
    await desk.fits(page, 'a new survey')
    await page.getByLabel('Question', { exact: true }).first().fill('How was {agent}?')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByText('Not everybody has {agent}.').waitFor()
    await page.getByLabel('Question', { exact: true }).first().fill('How was {agent|our team}?')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByRole('button', { name: 'Let it ask' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
  },
}
