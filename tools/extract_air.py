#!/usr/bin/env python3
"""Makes demo/air.csv.gz from the UCI "Beijing Multi-Site Air-Quality Data" files (CC BY 4.0).

usage: tools/extract_air.py FOLDER_WITH_PRSA_FILES > demo/air.csv.gz

Four sites times three years (March to February) give twelve series of one year each, named like `dongsi-2013`. A row is an hour:
series,month,day,hour,pm25,pm10,so2,no2,co,o3 with the digits of the source (CO in µg/m³ as there; missing is empty).
"""
import csv
import glob
import gzip
import io
import os
import sys

COLUMNS = ["PM2.5", "PM10", "SO2", "NO2", "CO", "O3"]


def number(text):
    """Digits as the source has them; long binary tails of ppb conversions are cut to one decimal."""
    if text in ("NA", ""):
        return ""
    value = float(text)
    return str(int(value)) if value == int(value) else f"{value:.1f}"


def main():
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["series", "month", "day", "hour", "pm25", "pm10", "so2", "no2", "co", "o3"])
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "PRSA_Data_*.csv.gz"))):
        station = os.path.basename(path).split("_")[2].lower()
        with gzip.open(path, "rt", encoding="utf-8") as f:
            for row in csv.DictReader(f):
                year, month = int(row["year"]), int(row["month"])
                season = year if month >= 3 else year - 1
                if 2013 <= season <= 2015:
                    writer.writerow([f"{station}-{season}", month, int(row["day"]), int(row["hour"])]
                                    + [number(row[c]) for c in COLUMNS])
    with gzip.GzipFile(fileobj=sys.stdout.buffer, mode="wb", compresslevel=9, mtime=0) as z:
        z.write(out.getvalue().encode())


main()
