"""The clerk's kit: a folder that installs the client without a network and takes dragged files.

`install` runs on the clerk's computer out of the wheel, before anything is installed; `drop` runs
what is dragged onto an icon; `making` builds the folder and stays out of the wheel.
"""
