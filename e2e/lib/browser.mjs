// Debian's Chromium, without what it would ask the world for.

import { existsSync } from 'node:fs'

import { chromium } from 'playwright-core'

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome']

export function launch() {
  const executablePath = places.find((it) => it && existsSync(it))
  if (!executablePath) throw new Error('Chromium is missing: apt-get install chromium')
  return chromium.launch({
    executablePath,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  })
}
