// Sends events with a client from npm: send.mjs CLIENT HOST KEY COUNT.

const [client, host, key, text] = process.argv.slice(2)
const count = Number(text)
const userId = `${client}-user`
const calls = (it) => {
  it.identify({ userId, traits: { name: `User of ${client}` } })
  it.group({ userId, groupId: `${client}-firm`, traits: { name: `Firm of ${client}` } })
  for (let n = 0; n < count; n++) it.track({ userId, event: client, properties: { n } })
}

if (client === 'segment-node') {
  const { Analytics } = await import('@segment/analytics-node')
  const it = new Analytics({ writeKey: key, host, maxRetries: 10 })
  it.on('error', (error) => { console.error(error); process.exitCode = 1 })
  calls(it)
  await it.closeAndFlush({ timeout: 120_000 })
} else if (client === 'rudder-node') {
  const { default: found } = await import('@rudderstack/rudder-sdk-node')
  const Client = found.default ?? found
  const it = new Client(key, { dataPlaneUrl: host, maxQueueSize: 8 * 1024 * 1024, axiosRetryConfig: { retries: 10 } })
  calls(it)
  await new Promise((done) => it.flush(done))
} else {
  throw new Error(`no such client: ${client}`)
}
