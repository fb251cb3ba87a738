"""A real SMTP server for the tests (aiosmtpd): prints its port, then every mail it took as a line of JSON.

Addresses that begin with `refused` get 550, with `later` 451; a subject with REJECT gets 554, with DELAY an answer that never comes.
"""

import argparse
import asyncio
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("--security", choices=["none", "starttls", "tls"], required=True)
arguments.add_argument("--certificate")
arguments.add_argument("--key")
arguments.add_argument("--password")
options = arguments.parse_args()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("refused"):
            return "550 5.1.1 no such user"
        if address.startswith("later"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        content = envelope.content.decode("utf-8", "surrogateescape")
        if "REJECT" in content:
            return "554 5.7.1 content refused"
        if "DELAY" in content:
            await asyncio.sleep(3600)
        mail = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "content": content, "tls": session.ssl is not None}
        print(json.dumps(mail), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"soc" and data.password == options.password.encode(), handled=False)


async def serve():
    context = None
    if options.security != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)

    def session():
        return SMTP(
            Handler(),
            tls_context=context if options.security == "starttls" else None,
            require_starttls=options.security == "starttls",
            authenticator=authenticate if options.password else None,
            auth_required=bool(options.password),
            auth_require_tls=False,
            loop=asyncio.get_running_loop(),
        )

    server = await asyncio.get_running_loop().create_server(
        session, "127.0.0.1", 0, ssl=context if options.security == "tls" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
