"""A device's connection, for tests that write its frames themselves."""
import socket


def crc16(data):
    """HJ 212-2017 appendix A; the low byte of the register is dropped at each step."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


class Line:
    """A device's connection, frame by frame."""

    def __init__(self, server, site, st):
        self.site, self.st, self.n, self.got = site, st, 0, b""
        self.socket = socket.create_connection(("127.0.0.1", server.devices), timeout=20)

    def send(self, cn, cp, qn, pnum=None, damage=False, wait=True):
        self.n += 1
        head = f"PNUM={pnum[0]};PNO={pnum[1]};" if pnum else ""
        segment = (f"QN={qn:%Y%m%d%H%M%S}{self.n % 1000:03d};ST={self.st};CN={cn};PW={self.site['pw']};MN={self.site['mn']};"
                   f"Flag={7 if pnum else 5};{head}CP=&&{cp}&&").encode()
        crc = crc16(segment) ^ (0x55 if damage else 0)
        self.socket.sendall(b"##%04d%s%04X\r\n" % (len(segment), segment, crc))
        if wait:
            self.answer()

    def answer(self):
        """Waits for 9014: what is acknowledged is on disk. What the platform asks meanwhile is passed over."""
        while True:
            frame, end, rest = self.got.partition(b"\r\n")
            if end:
                self.got = rest
                if b"CN=9014" in frame:
                    return
                continue
            more = self.socket.recv(4096)
            assert more, "the line was closed"
            self.got += more

    def close(self):
        self.socket.close()
