import assert from 'node:assert/strict'

export default {
  async 'a quiz is composed, answered without an account, and what fits is shown with its reason'(desk) {
    const email = await desk.agent('Anna', 'admin')
    const page = await desk.browse()
    await desk.signIn(page, email)
    const api = await desk.api(email)
    for (const [name, traits] of [['Breeze 200', 'size: small\nnoise: low'], ['Gale 900', 'size: large']]) {
      const { id } = await api('POST', '/products', { name })
      await api('PUT', `/products/${id}/offer`, { url: 'https://shop.example/it' })
      await page.goto(`/revenue/products/${id}`)
      await page.getByLabel('What it is like').fill(traits)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByLabel('What it is like').waitFor()
    }
    await desk.check(page, 'a product')
    await desk.fits(page, 'a product')

    await page.goto('/settings/quizzes')
    await desk.check(page, 'no quizzes')
    await page.getByLabel('Title of a new quiz').fill('Which fan fits?')
    await page.getByRole('button', { name: 'Begin it' }).click()
    await page.getByRole('textbox', { name: 'Question 1' }).fill('How large is the room?')
    const part = page.getByRole('group', { name: 'Question 1' })
    await part.getByLabel('Choice 1').fill('A small one')
    await part.getByLabel('Speaks for').first().fill('size: small, noise: low')
    await part.getByLabel('Choice 2').fill('A hall')
    await part.getByLabel('Speaks for').nth(1).fill('must size: large')
    await page.getByLabel('Visitors may answer it').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('radio', { name: 'A small one' }).waitFor()
    await desk.check(page, 'a quiz that is composed')
    await desk.fits(page, 'a quiz that is composed')
    const address = await page.getByRole('link', { name: 'Open it' }).getAttribute('href')

    const visitor = await desk.browse()
    await visitor.goto(address)
    await visitor.getByLabel('A small one').check()
    await desk.check(visitor, 'a question of the quiz')
    await desk.fits(visitor, 'a question of the quiz')
    await visitor.getByRole('button', { name: 'Show what fits' }).click()
    await visitor.getByText('Because you said “A small one”.').waitFor()
    assert.equal(await visitor.getByText('Gale 900').count(), 0)
    await desk.check(visitor, 'what fits')
    await desk.fits(visitor, 'what fits')
    await visitor.getByLabel('Your address').fill('mia@somewhere.example')
    await visitor.getByRole('button', { name: 'Keep my answers' }).click()
    await visitor.getByText('Your answers are kept').waitFor()
    await desk.check(visitor, 'answers that are kept')
  },
}
