/** HTTP for tests: one request over a connection of its own, whole or octet by octet. */

import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'

export interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface GetOptions extends RequestOptions {
  readonly token?: string
  /** Over TLS, believing this authority. */
  readonly authority?: string
}

export function get(path: string, options: GetOptions): Promise<Got> {
  const { token, authority, ...rest } = options
  const headers = { ...rest.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  const request = authority === undefined ? httpRequest : httpsRequest
  const tls = authority === undefined ? {} : { ca: authority }
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', path, agent: false, ...rest, ...tls, headers }, response => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

/** Sends octets as they are and waits until the other side ends; all it said. */
export function talk(port: number, octets: Buffer | string): Promise<string> {
  return new Promise(resolve => {
    let said = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(octets))
    socket.setEncoding('latin1').on('data', (text: string) => {
      said += text
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(said))
  })
}
