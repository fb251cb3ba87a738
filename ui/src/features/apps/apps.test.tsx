import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { mount } from '../../testing/mount'

test('a secret goes to the keyring, never into the connection, and starts empty again', async () => {
  const window = await mount('/apps/virustotal')
  fireEvent.click(await screen.findByRole('button', { name: 'Edit' }))
  const field = (await screen.findByLabelText('API key')) as HTMLInputElement
  expect(field.value).toBe('')
  expect(field.type).toBe('password')
  fireEvent.change(field, { target: { value: 'hunter2' } })
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() =>
    expect(window.requests('credential.set')).toEqual([{ name: 'virustotal-default', field: 'api_key', value: 'hunter2' }]),
  )
  expect(JSON.stringify(window.requests('connection.save'))).not.toContain('hunter2')
  await waitFor(() => expect(screen.queryByLabelText('API key')).toBeNull())
  expect(document.body.innerHTML).not.toContain('hunter2')
  window.unmount()
})

test('a connection is tested, and the result stands beside it', async () => {
  const window = await mount('/apps/virustotal')
  fireEvent.click(await screen.findByRole('button', { name: 'Test' }))
  expect(await screen.findByText('It works (31 ms)')).toBeTruthy()
  window.unmount()
})
