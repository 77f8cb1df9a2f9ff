"""Errors before a call reaches the protocol's server, as JSON-RPC has them: the reply a client can read. Pure."""

from fastapi.responses import JSONResponse

from service.http.errors import Fault

INVALID_REQUEST, INTERNAL = -32600, -32603


def rpc_error(fault: Fault) -> JSONResponse:
    """An error that answers no particular call, for the request was not read: its id is null."""
    number = INTERNAL if fault.status >= 500 else INVALID_REQUEST
    data = {"code": fault.code, "retry": fault.retry}
    body = {"jsonrpc": "2.0", "id": None, "error": {"code": number, "message": fault.message, "data": data}}
    return JSONResponse(body, fault.status)
