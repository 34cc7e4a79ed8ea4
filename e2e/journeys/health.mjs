import assert from 'node:assert/strict'

export default {
  async 'Tend comes back at the same address after a crash'(desk) {
    const page = await desk.browse()
    const alive = async () => (await page.goto('/health/live')).text()
    assert.equal(await alive(), 'alive\n')
    await desk.crash()
    assert.equal(await alive(), 'alive\n')
  },
}
