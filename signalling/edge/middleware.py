"""The one middleware: whatever goes wrong in a handler becomes a `Problem`, and is counted."""

import math
import secrets

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from signalling.edge.errors import REFUSALS, STATUS_OF_CODE, RefusedError, as_refused
from signalling.edge.metrics import Metrics
from signalling.edge.requests import json_response
from signalling.protocol.http import Problem

_log = structlog.get_logger(__name__)

_CODE_OF_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def problems(metrics: Metrics) -> Middleware:
    """The middleware, counting into `metrics`."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await _answer(request, handler, metrics)
        metrics.responses.labels(request.method, response.status).inc()
        return response

    return middleware


async def _answer(request: web.Request, handler: Handler, metrics: Metrics) -> web.StreamResponse:
    try:
        return await handler(request)
    except REFUSALS as error:
        return _problem(as_refused(error), metrics)
    except web.HTTPException as answer:
        if answer.status < 400:
            raise
        return _problem(
            RefusedError(_CODE_OF_STATUS.get(answer.status, "bad_request"), answer.reason), metrics
        )
    except Exception:  # noqa: BLE001 - our fault ends at this request, whatever it is
        return _failure(request, metrics)


def _problem(refused: RefusedError, metrics: Metrics) -> web.Response:
    metrics.refusals.labels(refused.code).inc()
    problem = Problem(code=refused.code, message=refused.message)
    response = json_response(problem, STATUS_OF_CODE.get(refused.code, 400))
    if refused.retry_after_s is not None:
        response.headers[hdrs.RETRY_AFTER] = str(math.ceil(refused.retry_after_s))
    return response


def _failure(request: web.Request, metrics: Metrics) -> web.Response:
    """The id in the answer finds the traceback in the log."""
    metrics.failures.inc()
    failure_id = secrets.token_hex(8)
    route = request.match_info.route.resource
    _log.exception("request_failed", failure_id=failure_id, route=route.canonical if route else None)
    return _problem(RefusedError("internal", f"Something went wrong on the server ({failure_id})."), metrics)
