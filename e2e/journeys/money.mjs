import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const HEAD = 'id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start (UTC),Current Period End (UTC)'

export default {
  async 'subscriptions come from a file, are looked through first, and stand in the ledger'(desk) {
    const email = await desk.agent('Anna', 'admin')
    const page = await desk.browse()
    await desk.signIn(page, email)
    const api = await desk.api(email)
    await page.goto('/revenue')
    await page.getByText('No subscriptions yet').waitFor()
    await desk.check(page, 'no revenue')
    await desk.fits(page, 'no revenue')
    const { id } = await api('POST', '/accounts', { name: 'Kestrel Climate', domains: ['kestrel.example'] })

    const file = join(desk.program.folder, 'subscriptions.csv')
    const begun = new Date(Date.now() - 70 * 86_400_000).toISOString().slice(0, 10)
    const rows = [
      HEAD,
      `sub_1,cus_1,carol@kestrel.example,Team,3,eur,month,49.00,active,${begun} 10:00,${begun} 10:00,`,
      `sub_2,cus_2,eve@nobody.example,Team,1,eur,month,10.00,active,${begun} 10:00,${begun} 10:00,`,
    ]
    await writeFile(file, rows.join('\n'))
    await page.getByRole('link', { name: 'Import subscriptions' }).click()
    await desk.check(page, 'the import of money')
    await desk.fits(page, 'the import of money')
    await page.getByLabel('File').setInputFiles(file)
    await page.getByRole('button', { name: 'Look it through' }).click()
    await page.getByText('Nothing is changed yet').waitFor()
    await page.getByText('No account has the customer cus_2').waitFor()
    await desk.check(page, 'what would become of it')
    await desk.fits(page, 'what would become of it')
    assert.equal((await api('GET', '/subscriptions')).items.length, 0, 'a dry run changes nothing')
    await page.getByRole('button', { name: 'Take in 1 of 2 rows' }).click()
    await page.getByText('The file was taken in.').waitFor()
    await page.getByRole('link', { name: 'To the ledger' }).click()
    await page.getByRole('heading', { name: 'Month by month' }).waitFor()
    await desk.check(page, 'the ledger')
    await desk.fits(page, 'the ledger')
    const report = await api('GET', '/revenue')
    assert.equal(report.months.at(-1).closing, 14_700)

    await page.goto('/revenue/accounts?which=closing')
    await page.getByRole('link', { name: 'Kestrel Climate' }).click()
    await page.waitForURL(`**/accounts/${id}`)
    await page.getByRole('heading', { name: 'Money', exact: true }).waitFor()
    await desk.check(page, 'money of an account')
    for (const at of ['/renewals', '/revenue/subscriptions', '/revenue/apart', '/revenue/growth/accounts?which=end', '/revenue/opportunities', '/revenue/white-space', '/revenue/churn', '/revenue/retention', '/revenue/acquisition', '/revenue/value', '/revenue/growth', '/revenue/advocacy', '/revenue/invoices', '/revenue/catalog']) {
      await page.goto(at)
      await desk.check(page, at)
      await desk.fits(page, at)
    }

    // A cell of the cohorts opens the accounts behind it.
    await page.goto('/revenue/retention')
    await page.locator('a[href*="/revenue/retention/accounts"]').first().click()
    await page.waitForURL('**/revenue/retention/accounts**')
    await page.getByRole('link', { name: 'Kestrel Climate' }).waitFor()
    await desk.check(page, 'the accounts of a cohort')
    await desk.fits(page, 'the accounts of a cohort')
  },
}
