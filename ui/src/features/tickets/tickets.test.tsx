import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { mount } from '../../testing/mount'
import { dumpOf, printableOf } from './payload'

test('bytes are dumped as offset, hex and ASCII', () => {
  expect(dumpOf(new TextEncoder().encode('GET / HTTP/1.1\r\nHost'))).toBe(
    '000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..\n000010  48 6f 73 74                                       Host',
  )
})

test('bytes that are no text do not break the text', () => {
  expect(printableOf(Uint8Array.from([0x41, 0xff, 0x42]))).toBe('A\ufffdB')
})

test('a ticket is taken, and closed with a verdict', async () => {
  const window = await mount('/tickets/2090')
  fireEvent.click(await screen.findByRole('button', { name: 'Assign to me' }))
  await waitFor(() => expect(window.requests('ticket.assign')).toEqual([{ id: 2090, assignee: '박지훈' }]))
  fireEvent.click(await screen.findByRole('button', { name: 'Close' }))
  fireEvent.click(await screen.findByRole('menuitem', { name: 'False positive' }))
  await waitFor(() => expect(window.requests('ticket.close')).toEqual([{ id: 2090, closed: true, verdict: 'false_positive' }]))
  window.unmount()
})
