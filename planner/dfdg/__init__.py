"""The door to the national platform DFDG: client, wire, errors, simulator. Has no models and knows no house."""
