# SPDX-License-Identifier: Apache-2.0
"""What a program drew on a terminal, as lines."""
import re

TOKEN = re.compile(r"\x1b\[([\d;?]*)([A-Za-z])|\x1b[()].|\x1b.|(.)", re.S)


class Screen:
    """A row becomes a line each time that the cursor leaves it."""

    def __init__(self):
        self.rows, self.row, self.column, self.lines = {}, 0, 0, []

    def move(self, row, column):
        if row != self.row and self.rows.get(self.row, "").strip():
            self.lines.append(self.rows[self.row].rstrip())
        self.row, self.column = row, column

    def put(self, text):
        line = self.rows.get(self.row, "").ljust(self.column)
        self.rows[self.row] = line[:self.column] + text + line[self.column + len(text):]
        self.column += len(text)

    def control(self, parameters, code):
        numbers = [int(number) for number in re.findall(r"\d+", parameters)]
        first = numbers[0] if numbers else 1
        if code == "H":
            self.move(first - 1, (numbers[1] if len(numbers) > 1 else 1) - 1)
        elif code == "d":
            self.move(first - 1, self.column)
        elif code == "G":
            self.column = first - 1
        elif code == "C":
            self.column += first
        elif code == "J":
            self.rows.clear()
        elif code == "K":
            self.rows[self.row] = self.rows.get(self.row, "")[:self.column]

    def character(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.move(self.row + 1, self.column)
        elif character == "\b":
            self.column -= 1
        else:
            self.put(character)


def drawn(text):
    screen = Screen()
    for token in TOKEN.finditer(text):
        if token[2]:
            screen.control(token[1], token[2])
        elif token[3]:
            screen.character(token[3])
    screen.move(-1, 0)
    return "\n".join(screen.lines)
