// Runs the journeys, each in a Tend of its own, and closes with their count.
// `node run.mjs inbox` runs those whose file or sentence has the word.

import { mkdir, readdir, writeFile } from 'node:fs/promises'

import { launch } from './lib/browser.mjs'
import { Desk } from './lib/desk.mjs'
import { Program } from './lib/program.mjs'

const here = new URL('.', import.meta.url)
const results = new URL('results/', here)
const words = process.argv.slice(2)

async function journeys() {
  const files = (await readdir(new URL('journeys/', here))).filter((it) => it.endsWith('.mjs')).sort()
  const all = []
  for (const file of files) {
    const sentences = Object.entries((await import(`./journeys/${file}`)).default)
    for (const [sentence, go] of sentences) all.push({ file, sentence, go })
  }
  return all.filter((it) => words.every((word) => `${it.file} ${it.sentence}`.includes(word)))
}

async function travel(browser, { sentence, file, go }) {
  const program = await Program.start(...(go.args ?? []))
  const desk = new Desk(program, browser)
  try {
    await go(desk)
    if (desk.problems.length > 0) throw new Error(desk.problems.join('\n'))
  } catch (error) {
    await remember(desk, `${file.replace('.mjs', '')}-${sentence}`.replaceAll(/[^\w-]+/g, '-'))
    throw error
  } finally {
    await desk.close()
    await program.stop()
  }
}

/** What the screens showed and what the program said when it went wrong. */
async function remember(desk, name) {
  await mkdir(results, { recursive: true })
  const pages = desk.contexts.flatMap((it) => it.pages())
  for (const [n, page] of pages.entries()) {
    await page.screenshot({ path: new URL(`${name}-${n}.png`, results).pathname }).catch(() => {})
  }
  const said = [...desk.problems, desk.program.log].join('\n')
  await writeFile(new URL(`${name}.txt`, results), said)
}

// Most of a journey is waiting, for the program and for the browser: two go side by side.
const AT_ONCE = 2

async function goOn(browser, open, count) {
  for (let journey = open.shift(); journey; journey = open.shift()) {
    const began = Date.now()
    try {
      await travel(browser, journey)
      count.passed += 1
      console.log(`ok    ${((Date.now() - began) / 1000).toFixed(1)} s  ${journey.sentence}`)
    } catch (error) {
      count.failed += 1
      console.log(`FAILED  ${journey.sentence}\n${error.stack ?? error}`)
    }
  }
}

const browser = await launch()
const [open, count] = [await journeys(), { passed: 0, failed: 0 }]
await Promise.all(Array.from({ length: AT_ONCE }, () => goOn(browser, open, count)))
await browser.close()
console.log(`${count.passed} passed, ${count.failed} failed`)
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0
