"""Reflected CRCs, in arithmetic of whole numbers: fast enough for parts of some megabytes."""

from functools import lru_cache

_SHORT = 1024  # bits; below this byte by byte


class Crc:
    """A CRC of so many bits, with all ones at the beginning and at the end.

    A number stands for a polynomial over GF(2) backwards: its lowest bit is the highest power.
    """

    def __init__(self, polynomial: int, bits: int) -> None:
        self._polynomial, self.bits = polynomial, bits
        self._ones = (1 << bits) - 1
        self._table = [self._shifted(byte, 8) for byte in range(256)]
        self._power = lru_cache(4096)(self._power_of_x)
        self.one = 1 << (bits - 1)

    def of(self, data: bytes) -> int:
        """The CRC of `data`.

        The first half A of a message stands so many bits in front of the second half B.  Modulo the
        polynomial that distance is a factor of few bits, so A times it, added to B, is a message of half
        the length with the same remainder.
        """
        if len(data) * 8 <= _SHORT:
            return self._bytewise(data, self._ones) ^ self._ones
        message, length = int.from_bytes(data, "little") ^ self._ones, len(data) * 8
        while length > _SHORT:
            head = (length - self.bits) // 16 * 8
            length -= head
            folded = _multiplied(message & ((1 << head) - 1), self._power(length))
            message = (message >> head) ^ (folded << (length - head - self.bits + 1))
        return self._bytewise(message.to_bytes(length // 8, "little"), 0) ^ self._ones

    def combined(self, first: int, second: int, length: int) -> int:
        """The CRC of two messages one after the other; `length`: of the second, in bytes."""
        return self.product(first, self.shift(length)) ^ second

    def shift(self, length: int) -> int:
        """What the remainder of a message is multiplied by when so many bytes follow."""
        return self._power(length * 8)

    def remainder(self, data: bytes) -> int:
        """The remainder of a message, without any ones: that of a sum is the sum of the remainders."""
        return self.finished(self.of(data), len(data))

    def finished(self, value: int, length: int) -> int:
        """The CRC of a message of so many bytes from its remainder; and the other way round."""
        return self.product(self._ones, self.shift(length)) ^ value ^ self._ones

    def _bytewise(self, data: bytes, value: int) -> int:
        table = self._table
        for byte in data:
            value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
        return value

    def _shifted(self, value: int, number: int) -> int:
        for _ in range(number):
            value = (value >> 1) ^ (self._polynomial if value & 1 else 0)
        return value

    def product(self, left: int, right: int) -> int:
        """The product of two remainders."""
        product = 0
        for bit in reversed(range(self.bits)):
            if left >> bit & 1:
                product ^= right
            right = self._shifted(right, 1)
        return product

    def _power_of_x(self, exponent: int) -> int:
        result, square = self.one, self.one >> 1  # 1 and x
        while exponent:
            if exponent & 1:
                result = self.product(result, square)
            square = self.product(square, square)
            exponent >>= 1
        return result


def _multiplied(left: int, right: int) -> int:
    """The product without carries; cheap for a short `right`."""
    product, position = 0, 0
    while right >> position:
        if right >> position & 1:
            product ^= left << position
        position += 1
    return product
