"""What the wording templates get for each form of words: plain values, put in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from handbill.draw.describe.outline import outline

Graph = Mapping[str, Any]


def flow(graph: Graph) -> dict[str, Any]:
    """`chart`: an `Outline`."""
    return {"chart": outline(graph)}


def sequence(graph: Graph) -> dict[str, Any]:
    """`actors`: names; `events`: a tree in which the blocks (loop, alt ...) hold their events."""
    names = {actor["id"]: actor["label"] for actor in graph["actors"]}
    root: list[dict[str, Any]] = []
    open_parts: list[list[dict[str, Any]]] = [root]
    blocks: list[dict[str, Any]] = []
    for event in graph["events"]:
        if event["kind"] == "begin":
            block: dict[str, Any] = {"kind": event["block"], "parts": [{"text": event["text"], "events": []}]}
            open_parts[-1].append(block)
            blocks.append(block)
            open_parts.append(block["parts"][0]["events"])
        elif event["kind"] == "turn" and blocks:
            part: dict[str, Any] = {"text": event["text"], "events": []}
            blocks[-1]["parts"].append(part)
            open_parts[-1] = part["events"]
        elif event["kind"] == "end" and blocks:
            blocks.pop()
            open_parts.pop()
        elif event["kind"] == "note":
            open_parts[-1].append({"kind": "note", "of": [names.get(one, one) for one in event["of"]], "text": event["text"]})
        elif event["kind"] == "message":
            source, target = (names.get(event[end], event[end]) for end in ("from", "to"))
            open_parts[-1].append({**event, "from": source, "to": target})
    messages = sum(event["kind"] == "message" for event in graph["events"])
    return {"actors": list(names.values()), "events": root, "messages": messages}


def classes(graph: Graph) -> dict[str, Any]:
    """`classes`, each with the relations that begin at it, told from the class that owns, extends or uses."""
    names = {one["id"]: one["label"] for one in graph["classes"]}
    relations: dict[str, list[dict[str, Any]]] = {identifier: [] for identifier in names}
    for relation in graph["relations"]:
        turned = _owner_first(relation)
        entry = {**turned, "from": names.get(turned["from"], turned["from"]), "to": names.get(turned["to"], turned["to"])}
        relations.setdefault(turned["from"], []).append(entry)
    notes = [{"of": names.get(note["of"], note["of"]), "text": note["text"]} for note in graph["notes"]]
    listed = [{**one, "relations": relations[one["id"]]} for one in graph["classes"]]
    return {"classes": listed, "notes": notes, "relations": len(graph["relations"])}


def _owner_first(relation: Graph) -> dict[str, Any]:
    """A relation told from the end that acts: who extends, contains or uses the other. `kind` says which."""
    back = {"fromEnd": relation["toEnd"], "toEnd": relation["fromEnd"], "fromCount": relation["toCount"],
            "toCount": relation["fromCount"], "from": relation["to"], "to": relation["from"]}  # fmt: skip
    near, far = relation["fromEnd"], relation["toEnd"]
    relation = {**relation, "passive": False}
    if near == "extension" and not far:  # the triangle stands at the general class: the other one extends it
        return {**relation, **back, "kind": "implements" if relation["dotted"] else "extends"}
    if far == "extension":
        return {**relation, "kind": "implements" if relation["dotted"] else "extends"}
    for kind in ("composition", "aggregation"):
        if near == kind:
            return {**relation, "kind": kind}
        if far == kind:
            return {**relation, **back, "kind": kind, "passive": True}
    if near in ("dependency", "lollipop") and not far:
        return {**relation, **back, "kind": "uses", "passive": True}
    return {**relation, "kind": "uses" if far in ("dependency", "lollipop") else "joined"}


def er(graph: Graph) -> dict[str, Any]:
    """`entities` and `relations` as they are."""
    return {"entities": graph["entities"], "relations": graph["relations"]}


def pie(graph: Graph) -> dict[str, Any]:
    """`parts`, the largest first, each with its share in whole per cent."""
    total = sum(part["value"] for part in graph["parts"]) or 1
    parts = [{**part, "share": round(100 * part["value"] / total)} for part in graph["parts"]]
    return {"parts": sorted(parts, key=lambda part: -part["value"]), "values": graph["showData"]}


def timeline(graph: Graph) -> dict[str, Any]:
    """`sections`: (name, periods); the name is empty for a timeline without sections."""
    return {"sections": _sections(graph["periods"]), "periods": graph["periods"]}


def gantt(graph: Graph) -> dict[str, Any]:
    """`sections`: (name, tasks), each task with its first and last day; `first` and `last` of the whole."""
    tasks = [{**task, "first": _day(task["start"]), "last": _last_day(task)} for task in graph["tasks"]]
    days = [day for task in tasks for day in (task["first"], task["last"]) if day]
    return {"sections": _sections(tasks), "tasks": tasks, "first": min(days, default=None), "last": max(days, default=None)}


def mindmap(graph: Graph) -> dict[str, Any]:
    """`root`: the tree; `count`: all branches of it."""
    return {"root": graph["root"], "count": _branches(graph["root"]) - 1}


def journey(graph: Graph) -> dict[str, Any]:
    """`sections`: (name, tasks); `best` and `worst`: the scores' range among the tasks; `people`: all, once each."""
    people = dict.fromkeys(person for task in graph["tasks"] for person in task["people"])
    return {"sections": _sections(graph["tasks"]), "tasks": graph["tasks"], "people": list(people)}


FORMS: Mapping[str, Callable[[Graph], dict[str, Any]]] = {
    "flow": flow, "state": flow, "sequence": sequence, "class": classes, "er": er, "pie": pie, "timeline": timeline,
    "gantt": gantt, "mindmap": mindmap, "journey": journey,
}  # fmt: skip


def _sections(items: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    return [(name, list(group)) for name, group in groupby(items, key=lambda item: str(item["section"]))]


def _day(moment: str) -> date | None:
    return datetime.fromisoformat(moment).date() if moment else None


def _last_day(task: Graph) -> date | None:
    """Mermaid's end is the moment after the task: midnight belongs to the day before."""
    if not task["end"]:
        return None
    end = datetime.fromisoformat(task["end"])
    begin = datetime.fromisoformat(task["start"]) if task["start"] else end
    if end > begin and (end.hour, end.minute) == (0, 0):
        end -= timedelta(days=1)
    return end.date()


def _branches(node: Graph) -> int:
    return 1 + sum(_branches(child) for child in node["children"])
