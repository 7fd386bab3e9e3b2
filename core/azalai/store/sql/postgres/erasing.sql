-- stops --
SELECT stop FROM erased WHERE stop IN (SELECT decode(value, 'hex') FROM json_each(:stops));
