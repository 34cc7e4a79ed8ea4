import assert from 'node:assert/strict'

import { until } from '../lib/desk.mjs'

/** An agent, an inbox of the API, and a way to write as a customer. */
async function ready(desk, name = 'Anna') {
  const email = await desk.agent(name, 'admin')
  const api = await desk.api(email)
  const inbox = await api('POST', '/inboxes', { name: 'Support', address: 'support', channel: 'api' })
  const write = (who, subject, text) =>
    api('POST', '/conversations', {
      inbox: inbox.id,
      contact: { email: `${who.toLowerCase()}@example.com`, name: who },
      subject,
      message: { direction: 'inbound', text },
    })
  const page = await desk.browse()
  await desk.signIn(page, email)
  return { email, api, write, page }
}

export default {
  async 'a conversation is answered and resolved with the keyboard alone'(desk) {
    const { api, write, page } = await ready(desk)
    const { id } = await write('Carol', 'Where is my parcel?', 'It should have come on Tuesday.')
    await page.goto('/conversations?view=all')
    await page.getByText('Where is my parcel?').first().waitFor()
    await desk.check(page, 'list')
    await page.keyboard.press('j')
    await page.getByText('It should have come on Tuesday.').first().waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(id))
    await desk.check(page, 'thread')
    await page.keyboard.press('r')
    await page.locator('[contenteditable=true]:focus').waitFor()
    await page.keyboard.type('It is on its way and comes tomorrow.')
    await page.keyboard.press('Control+Enter')
    await until('the answer', async () => {
      const { items } = await api('GET', `/conversations/${id}/messages`)
      return items.some((it) => it.direction === 'outbound' && it.text.includes('comes tomorrow'))
    })
    await page.locator('[contenteditable=true]:focus').waitFor({ state: 'detached' }).catch(() => {})
    await page.keyboard.press('Escape')
    await page.keyboard.press('e')
    await until('the end', async () => {
      const it = await api('GET', `/conversations/${id}`)
      return ['resolved', 'closed'].includes(it.category)
    })
  },

  async 'what is sent faster than its draft is kept leaves no draft'(desk) {
    const { api, write, page } = await ready(desk)
    for (const kept of [false, true]) {
      const { id } = await write(`Carol${kept}`, `Question ${kept}`, 'Well?')
      await page.goto(`/conversations/${id}?view=all`)
      await page.locator('.composer.has-editor').waitFor()
      await page.keyboard.press('r')
      await page.locator('[contenteditable=true]:focus').waitFor()
      // At once, and while the draft is on its way to the server.
      const onItsWay = kept && page.waitForRequest((it) => it.method() === 'PUT')
      await page.keyboard.type('Yes, of course.')
      await onItsWay
      await page.keyboard.press('Control+Enter')
      await until('the answer', async () =>
        (await api('GET', `/conversations/${id}/messages`)).items.some((it) => it.direction === 'outbound'))
      await page.locator('#thread, main').getByText('Yes, of course.').first().waitFor()
      await page.goto(`/conversations/${id}?view=all`)
      await page.locator('.composer.has-editor').waitFor()
      assert.equal(await page.locator('[contenteditable=true]', { hasText: 'Yes, of course.' }).count(), 0)
      await page.goto('/drafts')
      assert.equal(await page.getByRole('link', { name: `Question ${kept}` }).count(), 0, 'no draft is left')
    }
  },

  async 'who leaves before the answer to a send comes does not find it again as a draft'(desk) {
    const { api, write, page } = await ready(desk)
    const { id } = await write('Carol', 'Question', 'Well?')
    await page.goto(`/conversations/${id}?view=all`)
    await page.locator('.composer.has-editor').waitFor()
    let arrived
    const arrives = new Promise((it) => { arrived = it })
    // The server has it, and its answer never comes.
    await page.route('**/*', async (route) => {
      const it = route.request()
      if (it.method() !== 'POST' || !it.url().includes(id)) return route.fallback()
      await route.fetch()
      arrived()
    })
    await page.keyboard.press('r')
    await page.locator('[contenteditable=true]:focus').waitFor()
    await page.keyboard.type('Yes, of course.')
    await page.keyboard.press('Control+Enter')
    await arrives
    await until('the answer', async () =>
      (await api('GET', `/conversations/${id}/messages`)).items.some((it) => it.direction === 'outbound'))
    await page.unroute('**/*')
    const written = () => page.locator('[contenteditable=true]', { hasText: 'of course' }).count()
    await page.goto(`/conversations/${id}?view=all`)
    await page.locator('.composer.has-editor').waitFor()
    assert.equal(await written(), 0)
    // What never arrived is there again.
    await page.keyboard.press('r')
    await page.locator('[contenteditable=true]:focus').waitFor()
    await page.keyboard.type('Or rather, of course not.')
    await page.goto(`/conversations/${id}?view=all`)
    await page.locator('.composer.has-editor').waitFor()
    assert.equal(await written(), 1)
  },

  async 'what comes in appears by itself, before and after Tend was away'(desk) {
    const { write, page } = await ready(desk)
    await page.goto('/conversations?view=all')
    await page.waitForLoadState('load')
    await write('Carol', 'The first matter', 'Hello')
    await page.getByText('The first matter').first().waitFor()
    await desk.crash()
    await write('Dave', 'The second matter', 'Hello again')
    await page.getByText('The second matter').first().waitFor()
  },

  async 'the palette finds a page and a conversation'(desk) {
    const { write, page } = await ready(desk)
    const { number, id } = await write('Carol', 'The blue valve leaks', 'Drop by drop.')
    await page.goto('/conversations?view=all')
    await page.keyboard.press('Control+k')
    const box = page.getByRole('dialog').getByRole('combobox')
    await box.fill('contacts')
    await page.getByRole('dialog').getByRole('option', { name: /contacts/i }).first().waitFor()
    await desk.check(page, 'palette')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/contacts/)
    await page.keyboard.press('Control+k')
    await box.fill(`#${number}`)
    await page.getByRole('dialog').getByRole('option', { name: /blue valve/i }).first().waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(id))
  },

  async 'search finds what was said, with filters, and what is not there is said'(desk) {
    const { write, page } = await ready(desk)
    await write('Carol', 'Heating', 'The thermostat blinks in Zürich.')
    await write('Dave', 'Cooling', 'The compressor hums.')
    await until('the index', async () => {
      await page.goto('/search?q=thermostat')
      return page.getByText('Heating').first().isVisible()
    })
    await desk.check(page, 'search')
    await desk.fits(page, 'search')
    await page.goto('/search?q=zurich%20from%3Acarol')
    await page.getByText('Heating').first().waitFor()
    assert.equal(await page.getByText('Cooling').count(), 0)
    await page.goto('/search?q=nothinglikethis')
    await page.getByText(/nothing/i).first().waitFor()
  },

  async 'a note that names a colleague reaches them'(desk) {
    const { api, write, page } = await ready(desk)
    const mate = await desk.agent('Bruno', 'agent')
    const { id } = await write('Carol', 'A hard one', 'Please help.')
    const theirs = await desk.browse()
    await desk.signIn(theirs, mate)
    await page.goto(`/conversations/${id}`)
    await page.keyboard.press('n')
    await page.locator('[contenteditable=true]:focus').waitFor()
    await page.keyboard.type('Could you look, @Bru')
    await page.getByRole('option', { name: /Bruno/ }).first().waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type('?')
    await page.keyboard.press('Control+Enter')
    await until('the note', async () => {
      const { items } = await api('GET', `/conversations/${id}/messages`)
      return items.some((it) => it.direction === 'note')
    })
    await theirs.goto('/conversations?view=mentions')
    await theirs.getByText('A hard one').first().waitFor()
  },

  async 'resolving is taken back with one key'(desk) {
    const { api, write, page } = await ready(desk)
    const { id } = await write('Carol', 'Too quick', 'Wait.')
    await page.goto(`/conversations/${id}`)
    await page.waitForLoadState('load')
    await page.keyboard.press('e')
    const category = async () => (await api('GET', `/conversations/${id}`)).category
    await until('resolved', async () => (await category()) === 'resolved')
    await page.getByRole('button', { name: 'Undo' }).first().waitFor()
    await page.keyboard.press('z')
    await until('taken back', async () => (await category()) === 'new')
  },

  async 'a phone shows list and thread whole'(desk) {
    const { write, page } = await ready(desk)
    const { id } = await write('Carol', 'A long subject that goes on and on for a while', 'Hello there.')
    await page.goto('/conversations?view=all')
    await desk.fits(page, 'list')
    await page.goto(`/conversations/${id}`)
    await desk.fits(page, 'thread')
  },

  async 'on a touch screen one says first that one chooses'(desk) {
    const { api, email, write } = await ready(desk)
    for (const who of ['Carol', 'Dave']) await write(who, `From ${who}`, 'Thanks, all is well.')
    const page = await desk.browse({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
    await desk.signIn(page, email)
    await page.goto('/conversations?view=all')
    await page.getByRole('button', { name: 'Choose several' }).tap()
    await page.getByText('0 chosen').waitFor()
    for (const who of ['Carol', 'Dave']) await page.locator('[data-row]', { hasText: `From ${who}` }).locator('.list-mark').tap()
    await page.getByText('2 chosen').waitFor()
    await desk.check(page, 'choosing on a phone')
    await desk.fits(page, 'choosing on a phone')
    await page.locator('#bulk').getByRole('button', { name: 'Resolve' }).tap()
    await until('both are resolved', async () => {
      const { items } = await api('GET', '/conversations')
      return items.every((it) => it.category === 'resolved')
    })
    await page.getByText('chosen').first().waitFor({ state: 'hidden' })
  },

  async 'a reply that reopens a conversation is told as such'(desk) {
    const { api, write, page } = await ready(desk)
    const { id } = await write('Carol', 'Once more', 'It rattles.')
    await page.goto(`/conversations/${id}?view=all`)
    await page.getByRole('button', { name: 'Resolve' }).first().click()
    await until('it is resolved', async () => (await api('GET', `/conversations/${id}`)).category === 'resolved')
    await api('POST', `/conversations/${id}/messages`, { direction: 'inbound', text: 'It rattles again.' })
    await page.getByText('Reopened by Carol’s reply').waitFor()
    assert.equal(await page.getByText('Carol changed the status').count(), 0)
  },
}
