"""Reports run on other machines, a Dask cluster: jobs go there as bytes, and what they give comes back as bytes.

`parcel` is what travels, `packing` the side of the project, `worker` the side of a machine that has the package alone,
`executor` what sends, waits and says what went wrong; `address` is what a person may write after ``--executor``.
"""
