"""Reads YAML so that every value still knows its line, and fills in `${NAME}` from the environment or a file named
there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ingestion.config_errors import Issue, Location
from ingestion.environment import UnreadableFileError, value_of

_NAME = re.compile(r"\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NULL = "tag:yaml.org,2002:null"


@dataclass
class Document:
    """A YAML file as plain dicts and lists. Every scalar is its text as written (`007` stays "007") or None:
    the models behind it know the types."""

    data: Any = None
    lines: dict[Location, int] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    """Variables that were filled in, perhaps secrets: their values are never to be shown."""
    unresolved: set[Location] = field(default_factory=set)
    """Values with a variable that is not set; whatever else is wrong with them is only a consequence."""

    def line(self, location: Location) -> int | None:
        """Line of the value, or of the nearest thing around it where it is missing."""
        for end in range(len(location), -1, -1):
            if location[:end] in self.lines:
                return self.lines[location[:end]]
        return None

    def redacted(self, message: str) -> str:
        """`message` with the names of variables in place of their values. Under 4 signs there is nothing to hide."""
        for name, value in self.environment.items():
            for shown in (value, repr(value)[1:-1]) if len(value) > 3 else ():
                message = message.replace(shown, f"${{{name}}}")
        return message


def read_yaml(text: str, environment: Mapping[str, str]) -> Document:
    """Parse one document. Syntax errors, doubled keys and missing variables become issues, never exceptions."""
    document = Document()
    try:
        node = YAML(typ="rt").compose(text)
    except MarkedYAMLError as error:
        if error.problem_mark is not None:
            document.lines[()] = error.problem_mark.line + 1
        document.issues.append(Issue((), f"is not valid YAML: {error.problem or error.context}"))
    except YAMLError as error:
        document.issues.append(Issue((), f"is not valid YAML: {str(error).splitlines()[0]}"))
    else:
        if node is not None:
            document.data = _Builder(document, environment).build(node, ())
    return document


@dataclass
class _Builder:
    document: Document
    environment: Mapping[str, str]

    def build(self, node: Node, location: Location) -> Any:
        self.document.lines.setdefault(location, node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            return self._mapping(node, location)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*location, position)) for position, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return None if node.tag == _NULL else self._fill(str(node.value), location)

    def _mapping(self, node: MappingNode, location: Location) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = (*location, str(key_node.value))
            if place[-1] in result:
                hint = f"first on line {self.document.lines[place]}"
                line = key_node.start_mark.line + 1
                self.document.issues.append(Issue(place, "is given twice", hint, line=line))
                continue
            self.document.lines[place] = key_node.start_mark.line + 1
            result[str(key_node.value)] = self.build(value_node, place)
        return result

    def _fill(self, text: str, location: Location) -> str:
        def value(match: re.Match[str]) -> str:
            escaped, name = match.groups()
            if escaped:  # $${NAME} is how to write ${NAME} itself
                return match.group(0)[1:]
            try:
                found = value_of(name, self.environment)
                issue = Issue(location, f"the environment variable {name} is not set", f"export {name}=…")
            except UnreadableFileError as error:
                found, issue = None, Issue(location, str(error))
            if found is not None:
                return self.document.environment.setdefault(name, found)
            self.document.unresolved.add(location)
            self.document.issues.append(issue)
            return match.group(0)

        return _NAME.sub(value, text)
