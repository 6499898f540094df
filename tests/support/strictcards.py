"""A strict copy of Microsoft's typed card models: what they do not know, or spell otherwise, is refused.

`microsoft-teams-cards` lets every unknown property through, and of the elements inside others it reads
nothing at all. Here its module is loaded a second time, extras are forbidden, and each place that takes
any element takes the union of all of them, told apart by `type`.
"""

from __future__ import annotations

import importlib.util
import sys
import types
import typing
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Field, SerializeAsAny, ValidationError

_BASES = ("CardElement", "Action", "ContainerLayout")


def _second_copy() -> types.ModuleType:
    spec = importlib.util.find_spec("microsoft_teams.cards.core")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _models(module: types.ModuleType) -> list[type[BaseModel]]:
    mine = [value for value in vars(module).values() if isinstance(value, type) and value is not BaseModel]
    return [value for value in mine if issubclass(value, BaseModel)]


def _any_of(base: type[BaseModel]) -> Any:
    """One of the base's elements; not those that share the type `Component`, which only Copilot draws."""
    kinds = tuple(kind for kind in base.__subclasses__() if kind.model_fields["type"].default != "Component")
    return Annotated[Union[kinds], Field(discriminator="type")]  # noqa: UP007  (built at run time)


def _swapped(annotation: Any, instead: dict[Any, Any]) -> Any:
    """The annotation with each base class replaced, however deep it lies."""
    if annotation in instead:
        return instead[annotation]
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _swapped(args[0], instead) if args[0] in instead else annotation
    if not args or origin is typing.Literal:
        return annotation
    inner = tuple(_swapped(arg, instead) for arg in args)
    return Union[inner] if origin is Union else origin[inner]  # noqa: UP007  (built at run time)


@cache
def strict_card() -> type[BaseModel]:
    """The strict `AdaptiveCard`."""
    module = _second_copy()
    models = _models(module)
    bases = {getattr(module, name): _any_of(getattr(module, name)) for name in _BASES}
    as_any: Any = SerializeAsAny
    instead = bases | {as_any[base]: union for base, union in bases.items()}
    for model in models:
        model.model_config["extra"] = "forbid"
        for field in model.model_fields.values():
            field.annotation = _swapped(field.annotation, instead)
    for model in models:
        del model.__pydantic_core_schema__  # or the others would be built of its lenient one
    card: type[BaseModel] = module.AdaptiveCard
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(20 * usual)  # every element may lie in every other
    try:
        card.model_rebuild(force=True)
    finally:
        sys.setrecursionlimit(usual)
    return card


def refused(card: dict[str, Any]) -> list[str]:
    """Where and why Microsoft's models would not know this card."""
    try:
        strict_card().model_validate(card)
    except ValidationError as exc:
        return [f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in exc.errors()]
    return []
