"""The OpenAPI document of BorgerBookingService, made from the same models that read and write it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from planner.dfdg.jobnet import wire
from planner.dfdg.jobnet.methods import METHODS, Method, routes
from planner.dfdg.jobnet.wire import THEIR_NAMES, Operation
from planner.dfdg.wire import CPR_PATTERN, LONGEST_REQUEST_ID, HeaderNames

UUID_PATTERN = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
REFERENCE = "#/components/schemas/{model}"
REFUSALS = {
    HTTPStatus.BAD_REQUEST: "Kaldet kan ikke godkendes (99000, 1001, 1010, 8107, 8234, 99101, 99104)",
    HTTPStatus.UNAUTHORIZED: "Klientcertifikat mangler eller kendes ikke (1101)",
    HTTPStatus.FORBIDDEN: "Ikke adgang (1013, 4575)",
    HTTPStatus.NOT_FOUND: "Mødetilbud eller samtale kendes ikke (99000, 99102, 99103)",
    HTTPStatus.CONFLICT: "Tiden er optaget, eller der er intet at booke (4770); fristen er overskredet (99000)",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Kaldet fylder for meget (99000)",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Intern fejl (1011)",
    HTTPStatus.SERVICE_UNAVAILABLE: "Ude af drift (1100)",
}
TOO_LONG = {
    "description": "Adressen er længere end 4094 tegn; afvist af webserveren, før Planner ser kaldet",
    "content": {"text/html": {"schema": {"type": "string"}}},
}
NAMES = HeaderNames()


def document(paths: Mapping[str, str]) -> dict[str, Any]:
    """For these addresses; ordered, so that it is the same each time."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "BorgerBookingService",
            "version": "1",
            "description": (
                "Selvbooking og ombooking, som DFDG kalder på Jobnets vegne. Alt, hvad der er Planners eget, er "
                "mærket x-own og ligger under navnet «planner»."
            ),
        },
        "security": [{"certificate": []}, {"token": []}],
        "paths": {f"/{path}": _address(path, verbs) for path, verbs in routes(paths).items()} | {"/ping": _ping()},
        "components": {
            "securitySchemes": {
                "certificate": {"type": "mutualTLS", "description": "DFDG's klientcertifikat"},
                "token": {"type": "http", "scheme": "bearer", "description": "«Min side», og Jobnet i prøvekørsel"},
            },
            "schemas": _schemas(),
        },
    }


def _schemas() -> dict[str, Any]:
    models: dict[tuple[type[wire.Part], JsonSchemaMode], None] = {(wire.ErrorAnswer, "serialization"): None}
    for method in METHODS.values():
        models[method.request, "validation"] = None
        if method.answer:
            models[method.answer, "serialization"] = None
    _names, schema = models_json_schema(list(models), ref_template=REFERENCE)
    found: dict[str, Any] = schema["$defs"]
    for name, described in found.items():
        if name.startswith("Own"):
            described["x-own"] = True
    return dict(sorted(found.items()))


def _address(path: str, verbs: Mapping[str, Operation]) -> dict[str, Any]:
    return {verb.lower(): _operation(path, verb, operation) for verb, operation in sorted(verbs.items())}


def _operation(path: str, verb: str, operation: Operation) -> dict[str, Any]:
    method = METHODS[operation]
    found: dict[str, Any] = {
        "operationId": f"{THEIR_NAMES[operation]}{'' if verb in method.verbs[-1:] else verb.title()}",
        "summary": method.summary,
        "parameters": [*_headers(), *_ids(path)],
        "responses": _responses(method),
    }
    if method.own:
        found["x-own"] = True
    if verb in ("GET", "DELETE"):
        found["parameters"] += _query(method.request)
    else:
        content = {"application/json": {"schema": {"$ref": REFERENCE.format(model=method.request.__name__)}}}
        found["requestBody"] = {"required": bool(_required(method.request)), "content": content}
    return found


def _headers() -> list[dict[str, Any]]:
    cpr = {"type": "string", "pattern": f"^({CPR_PATTERN.pattern})$".replace(r"\d", "[0-9]")}
    return [
        _parameter("header", NAMES.citizen, cpr, required=True),
        _parameter("header", NAMES.request_id, {"type": "string", "maxLength": LONGEST_REQUEST_ID}),
        _parameter("header", NAMES.organisation, {"type": "string"}),
    ]


def _ids(path: str) -> list[dict[str, Any]]:
    schema = {"type": "string", "format": "uuid", "pattern": f"^{UUID_PATTERN}$"}
    return [
        _parameter("path", name, schema, required=True) for name in ("offer_id", "booking_id") if f"{{{name}}}" in path
    ]


def _query(request: type[wire.Part]) -> list[dict[str, Any]]:
    """The plain fields of a request; what has an inner structure goes in a body."""
    properties = request.model_json_schema()["properties"]
    return [
        _parameter("query", name, _bare(schema), required=name in _required(request))
        for name, schema in properties.items()
        if "$ref" not in str(schema)
    ]


def _bare(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What may be written in an address line: null may not."""
    kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    return {name: value for name, value in kinds[0].items() if name not in ("title", "default")}


def _required(request: type[wire.Part]) -> list[str]:
    found: list[str] = request.model_json_schema().get("required", [])
    return found


def _parameter(place: str, name: str, schema: Mapping[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"in": place, "name": name, "required": required, "schema": dict(schema)}


def _responses(method: Method) -> dict[str, Any]:
    statuses = {method.status, 200} if method.status == HTTPStatus.CREATED else {method.status}
    answers = {str(status): _answer(method) for status in sorted(statuses)}
    refusals = {
        str(int(status)): {"description": text, "content": _content(wire.ErrorAnswer)}
        for status, text in REFUSALS.items()
    }
    return answers | refusals | {str(int(HTTPStatus.REQUEST_URI_TOO_LONG)): TOO_LONG}


def _answer(method: Method) -> dict[str, Any]:
    found: dict[str, Any] = {"description": "Svar" if method.answer else "Intet output"}
    return found | ({"content": _content(method.answer)} if method.answer else {})


def _content(model: type[wire.Part]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}}


def _ping() -> dict[str, Any]:
    return {
        "get": {
            "operationId": "Ping",
            "summary": "Svarer, når tjenesten kan nås",
            "security": [],
            "responses": {"200": {"description": "Svarer"}},
        }
    }
